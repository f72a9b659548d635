"""`export_clicks`: ship a checkpoint of the refinement network with a scored card."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from segmentation.engine.cli.train import find_unseen
from segmentation.engine.methods.generalist.inference import Runner, load_network
from segmentation.engine.methods.generalist.refinement import (
    FIELDS_WEIGHTS,
    REFINEMENT_WEIGHTS,
    RefinementNetwork,
    fill,
    prepare_refinement,
)
from segmentation.engine.training.click_evaluation import click_through, summarize_clicks
from segmentation.engine.training.data import RECIPE, LabeledFile
from segmentation.engine.training.export import save_weights, write_card
from segmentation.engine.weights import WEIGHTS_FOLDER, find_card


def build_parser() -> argparse.ArgumentParser:
    """Describe the options."""
    parser = argparse.ArgumentParser(
        prog="export_clicks", description="Ship a checkpoint of the refinement network."
    )
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--data", type=Path, nargs="+", required=True, metavar="DIR")
    parser.add_argument("--out", type=Path, default=WEIGHTS_FOLDER, metavar="DIR")
    parser.add_argument("--name", default=REFINEMENT_WEIGHTS)
    parser.add_argument(
        "--seeds", type=int, nargs="+", default=[0], help="the seeds of the training's splits"
    )
    parser.add_argument("--cells", type=int, default=12, help="cells that are clicked an image")
    parser.add_argument("--clicks", type=int, default=3, help="clicks a cell")
    parser.add_argument("--command", default="", help="the training command, for the card")
    parser.add_argument("--notes", default="", help="what the command alone does not tell")
    parser.add_argument("--recipe", type=Path, default=RECIPE)
    return parser


def network_of(average: dict[str, Any]) -> RefinementNetwork:
    """Return the averaged network for inference, rounded as the shipped file is."""
    network = RefinementNetwork()
    floating = {k: v.half().float() for k, v in average.items() if v.is_floating_point()}
    fill(network, floating)
    return prepare_refinement(network)


def measure(
    files: Sequence[LabeledFile], network: RefinementNetwork, options: argparse.Namespace
) -> dict[str, Any]:
    """Return by modality the mean IoU after each click, by the flows alone and refined."""
    device = torch.device("cpu")
    runner = Runner(load_network(find_card(FIELDS_WEIGHTS), device), device)
    budget = {"n_cells": options.cells, "n_clicks": options.clicks, "seed": options.seeds[0]}
    refined = summarize_clicks(click_through(files, runner, network, **budget))
    flows = summarize_clicks(click_through(files, runner, None, **budget))
    return {
        modality: {
            "n_cells": facts["n_cells"],
            "mean_iou_by_clicks": facts["mean_iou"],
            "mean_iou_by_clicks_without_refinement": flows[modality]["mean_iou"],
        }
        for modality, facts in refined.items()
    }


def main(argv: Sequence[str] | None = None) -> int:
    """Write the averaged weights and their card."""
    options = build_parser().parse_args(argv)
    state = torch.load(options.checkpoint, weights_only=True)
    options.out.mkdir(parents=True, exist_ok=True)
    files = find_unseen(options.data, options.recipe, options.seeds)
    held_out = [file for file in files if file.is_held_out]
    metrics = measure(held_out, network_of(state["average"]), options)
    path = options.out / f"{options.name}.safetensors"
    save_weights(state["average"], path)
    generalist = find_card(FIELDS_WEIGHTS)
    write_card(
        path,
        size="S",
        files=files,
        metrics=metrics,
        training={
            "command": options.command,
            "notes": options.notes,
            "seeds": options.seeds,
            "n_steps": state["n_done"],
            "minutes": round(state["elapsed_s"] / 60, 1),
        },
        experience={"fields_of": {"name": generalist.name, "sha256": generalist.sha256}},
    )
    print(json.dumps(metrics, indent=1))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
