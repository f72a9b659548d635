"""`train_clicks`: teach the refinement network on simulated clicks."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from segmentation.engine.cli.train import load_both_sides
from segmentation.engine.methods.generalist.inference import Runner, load_network
from segmentation.engine.training.click_loop import ClickSettings, ClickTraining, train_clicks
from segmentation.engine.training.data import (
    RECIPE,
    SYNTHETIC,
    Cluster,
    read_recipe,
    synthetic_images,
)
from segmentation.engine.weights import DEFAULT_WEIGHTS, find_card


def build_parser() -> argparse.ArgumentParser:
    """Describe the options."""
    parser = argparse.ArgumentParser(
        prog="train_clicks",
        description="Teach the refinement network that answers clicks, from labeled folders.",
    )
    parser.add_argument(
        "--data",
        type=Path,
        nargs="+",
        required=True,
        metavar="DIR",
        help="folders with images/ and masks/, or one file that `pack` wrote",
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    parser.add_argument("--minutes", type=float, default=45.0)
    parser.add_argument("--steps", type=int, default=None, help="stop after this many steps")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--recipe", type=Path, default=RECIPE)
    parser.add_argument("--threads", type=int, default=None, help="threads of the network")
    parser.add_argument("--learning-rate", type=float, default=2e-3, help="the highest one")
    parser.add_argument("--cells", type=int, default=12, help="cells a step")
    parser.add_argument("--resume", action="store_true", help="continue from the checkpoint")
    parser.add_argument("--bfloat16", action="store_true", help="faster where the CPU has it")
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Train and write checkpoint.pt, log.jsonl and split.json into --out."""
    options = build_parser().parse_args(argv)
    options.out.mkdir(parents=True, exist_ok=True)
    if options.threads:
        torch.set_num_threads(options.threads)
    learned, held_out = load_both_sides(options, rank=0)
    _, synthetic = read_recipe(options.recipe)
    drawn = synthetic_images(int(synthetic["n_images"]), np.random.default_rng(options.seed))
    learned.append(Cluster(SYNTHETIC, synthetic["weight"], drawn))
    settings = ClickSettings(
        seed=options.seed,
        minutes=options.minutes,
        n_steps=options.steps,
        n_cells=options.cells,
        learning_rate=options.learning_rate,
        is_bfloat16=options.bfloat16,
    )
    training = ClickTraining(settings, options.out)
    if options.resume:
        training.resume()
    device = torch.device("cpu")
    runner = Runner(load_network(find_card(DEFAULT_WEIGHTS), device), device)
    train_clicks(training, learned, held_out, runner)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
