"""`export`: turn a training checkpoint into shipped weights with a scored card."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import torch

from segmentation.engine.cli.train import find_files
from segmentation.engine.methods.generalist.inference import Runner, prepare
from segmentation.engine.methods.generalist.network import Network
from segmentation.engine.training.data import RECIPE
from segmentation.engine.training.evaluation import evaluate, summarize
from segmentation.engine.training.experience import gain_experience
from segmentation.engine.training.export import save_weights, write_card
from segmentation.engine.weights import DEFAULT_WEIGHTS, WEIGHTS_FOLDER


def build_parser() -> argparse.ArgumentParser:
    """Describe the options."""
    parser = argparse.ArgumentParser(prog="export", description="Ship a training checkpoint.")
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--data", type=Path, nargs="+", required=True, metavar="DIR")
    parser.add_argument("--out", type=Path, default=WEIGHTS_FOLDER, metavar="DIR")
    parser.add_argument("--name", default=DEFAULT_WEIGHTS)
    parser.add_argument("--seed", type=int, default=0, help="the seed of the training's split")
    parser.add_argument("--command", default="", help="the training command, for the card")
    parser.add_argument("--notes", default="", help="what the command alone does not tell")
    parser.add_argument("--recipe", type=Path, default=RECIPE)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Write the averaged weights, how far they can be trusted, and their scores."""
    options = build_parser().parse_args(argv)
    state = torch.load(options.checkpoint, weights_only=True)
    options.out.mkdir(parents=True, exist_ok=True)
    path = options.out / f"{options.name}.safetensors"
    files = find_files(options.data, options.recipe, options.seed)
    network = Network(state["size"])
    halved = {
        name: v.half().float() if v.is_floating_point() else v
        for name, v in state["average"].items()
    }
    network.load_state_dict(halved)
    device = torch.device("cpu")
    held_out = [f for f in files if f.is_held_out]
    learned = [f for f in files if not f.is_held_out]
    runner = Runner(prepare(network, device), device)
    experience, facts = gain_experience(held_out, learned, runner)
    beside = experience.likeness.tensors() if experience.likeness else {}
    save_weights(state["average"], path, beside)
    metrics = summarize(evaluate(held_out, runner, {}, experience))
    training = {
        "command": options.command,
        "notes": options.notes,
        "seed": options.seed,
        "n_steps": state["n_done"],
        "minutes": round(state["elapsed_s"] / 60, 1),
    }
    write_card(
        path,
        size=state["size"],
        files=files,
        metrics=metrics,
        training=training,
        experience=facts,
    )
    print(json.dumps(metrics, indent=1))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
