"""`train_clicks`: teach the refinement network on simulated clicks."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

import torch

from segmentation.engine.cli.train import add_learning_options, drawn_cluster, load_both_sides
from segmentation.engine.methods.generalist.inference import Runner, load_network
from segmentation.engine.methods.generalist.refinement import FIELDS_WEIGHTS
from segmentation.engine.training.click_loop import ClickSettings, ClickTraining, train_clicks
from segmentation.engine.weights import find_card


def build_parser() -> argparse.ArgumentParser:
    """Describe the options."""
    parser = argparse.ArgumentParser(
        prog="train_clicks",
        description="Teach the refinement network that answers clicks, from labeled folders.",
    )
    add_learning_options(parser)
    parser.add_argument("--cells", type=int, default=12, help="cells a step")
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Train and write checkpoint.pt, log.jsonl and split.json into --out."""
    options = build_parser().parse_args(argv)
    options.out.mkdir(parents=True, exist_ok=True)
    if options.threads:
        torch.set_num_threads(options.threads)
    learned, held_out = load_both_sides(options, rank=0)
    learned.append(drawn_cluster(options))
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
    runner = Runner(load_network(find_card(FIELDS_WEIGHTS), device), device)
    train_clicks(training, learned, held_out, runner)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
