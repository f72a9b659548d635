"""How good a cell is after one, two and three clicks, with and without refinement, and how fast.

    python tests/benchmarks/clicks.py DATA [--cells 12] [--clicks 3] [--review 10]

DATA holds the labeled folders; only images that the shipped weights never learned from are used.
The simulated person clicks where a true cell is deepest, then in the deepest point of the largest
error: left where the cell is missing, right where it is too much. With --review N she corrects
the automatic result of every image with N clicks; the table shows F1@.5 before and after.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from segmentation.engine.cli.export_clicks import network_of
from segmentation.engine.cli.train import find_unseen
from segmentation.engine.confidence import calibration_of
from segmentation.engine.files import read_image, read_labels
from segmentation.engine.methods.generalist.inference import Runner, load_network
from segmentation.engine.methods.generalist.method import Experience
from segmentation.engine.methods.generalist.refinement import (
    FIELDS_WEIGHTS,
    REFINEMENT_WEIGHTS,
    RefinementNetwork,
    load_refinement,
)
from segmentation.engine.metrics import score
from segmentation.engine.training.click_evaluation import Clicked, click_through, prompter_of
from segmentation.engine.training.data import RECIPE, LabeledFile
from segmentation.engine.training.evaluation import predict
from segmentation.engine.weights import find_card
from tests.benchmarks.reviewer import Reviewer

WAYS = ("flows", "refined")


def ious_of(cells: Sequence[Clicked]) -> str:
    """Return the mean IoU after each click as text."""
    return "  ".join(f"{v:.3f}" for v in np.mean([cell.ious for cell in cells], axis=0))


def print_clicks(results: Mapping[str, Mapping[str, Sequence[Clicked]]], n_clicks: int) -> None:
    """Print the table of IoU by modality, and the times."""
    by_click = f"mean IoU after 1..{n_clicks} clicks"
    print(f"{'':24s} cells  flows: {by_click}   refined")
    for name in sorted(results["flows"]):
        flows, refined = (results[way][name] for way in WAYS)
        print(f"  {name:22s} {len(flows):5d}  {ious_of(flows)}    {ious_of(refined)}")
    everything = {way: [c for cells in results[way].values() for c in cells] for way in WAYS}
    n_cells = len(everything["flows"])
    print(f"  {'all cells':22s} {n_cells:5d}  " + "    ".join(map(ious_of, everything.values())))
    for way, cells in everything.items():
        times = np.concatenate([cell.times_ms for cell in cells])
        # Of a new place the fields have to be computed; at the next click they are known.
        known = np.concatenate([cell.times_ms[1:] for cell in cells])
        print(
            f"  {way}: milliseconds a click p50 {np.percentile(times, 50):.1f}, "
            f"p95 {np.percentile(times, 95):.1f}; where the fields are known "
            f"p50 {np.percentile(known, 50):.1f}, p95 {np.percentile(known, 95):.1f}"
        )


def print_reviews(
    files: Sequence[LabeledFile], runner: Runner, refinement: RefinementNetwork, n_clicks: int
) -> None:
    """Print F1@.5 by modality before and after the clicks of the reviewer."""
    experience = Experience(calibration_of(find_card(FIELDS_WEIGHTS).facts))
    rows = defaultdict(list)
    for file in files:
        pixels, truth = read_image(file.image).pixels[0, :, 0], read_labels(file.labels)[0]
        truth = truth.astype(np.int64)
        found = predict(pixels, runner, {}, experience).astype(np.int64)
        row = [score(found, truth, (0.5,))[0].f1]
        for network in (None, refinement):
            prompter = prompter_of(pixels, runner, network)
            row.append(Reviewer(prompter, truth, found.copy(), n_clicks).review())
        rows[file.part.modality].append(row)
    print(f"{'':24s} images  F1@.5 automatic, after {n_clicks} clicks by flows, refined")
    for name, mine in sorted(rows.items()):
        print(f"  {name:22s} {len(mine):6d}  " + "  ".join(f"{v:.3f}" for v in np.mean(mine, 0)))
    everything = np.concatenate([np.array(mine) for mine in rows.values()])
    means = "  ".join(f"{v:.3f}" for v in everything.mean(0))
    print(f"  {'all images':22s} {len(everything):6d}  {means}")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--cells", type=int, default=12, help="cells an image; 0 for reviews alone")
    parser.add_argument("--clicks", type=int, default=3)
    parser.add_argument("--review", type=int, default=0, metavar="N", help="clicks an image")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--every", type=int, default=1, help="only every n-th image")
    parser.add_argument("--checkpoint", type=Path, help="a training's, not the shipped weights")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    device = torch.device("cpu")
    runner = Runner(load_network(find_card(FIELDS_WEIGHTS), device), device)
    if options.checkpoint:
        state = torch.load(options.checkpoint, weights_only=True)
        refinement = network_of(state["average"])
    else:
        refinement = load_refinement(find_card(REFINEMENT_WEIGHTS))
    seeds = find_card(REFINEMENT_WEIGHTS).facts["training"]["seeds"]
    held_out = [f for f in find_unseen([options.data], RECIPE, seeds) if f.is_held_out]
    files = held_out[:: options.every]
    budget = {"n_cells": options.cells, "n_clicks": options.clicks}
    networks = (None, refinement)
    if options.cells:
        results = {
            way: click_through(files, runner, network, **budget)
            for way, network in zip(WAYS, networks, strict=True)
        }
        print_clicks(results, options.clicks)
    if options.review:
        print_reviews(files, runner, refinement, options.review)


if __name__ == "__main__":
    main()
