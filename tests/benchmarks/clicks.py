"""How good a cell is after one, two and three clicks of a simulated reviewer, and how fast.

    python tests/benchmarks/clicks.py DATA [--cells 12] [--clicks 3]

DATA holds the labeled folders; only images that the shipped weights never learned from are used.
The reviewer clicks where a true cell is deepest, then in the deepest point of the largest error:
left where the cell is missing, right where it is too much.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import defaultdict
from pathlib import Path

import numpy as np
import torch
from scipy import ndimage

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from segmentation.engine.arrays import AnyArray
from segmentation.engine.cli.train import find_files
from segmentation.engine.files import read_image, read_labels
from segmentation.engine.methods.generalist.inference import Runner, load_network
from segmentation.engine.methods.generalist.prompter import Prompter, Scene
from segmentation.engine.normalize import choose_channels, contrast_limits
from segmentation.engine.prompting import Prompt
from segmentation.engine.training.data import RECIPE
from segmentation.engine.weights import DEFAULT_WEIGHTS, find_card

SMALLEST_CELL_PX = 30


def deepest(mask: AnyArray) -> tuple[float, float]:
    """Return the point (y, x) of a mask that is farthest from its rim."""
    depth = ndimage.distance_transform_edt(np.pad(mask, 1))[1:-1, 1:-1]
    y, x = np.unravel_index(int(np.argmax(depth)), mask.shape)
    return float(y), float(x)


def review(prompter: Prompter, cell: AnyArray, n_clicks: int) -> tuple[list[float], list[float]]:
    """Return the IoU and the milliseconds of every click on one true cell (Y, X) bool."""
    added, removed = [deepest(cell)], []
    ious, times = [], []
    for _ in range(n_clicks):
        start = time.perf_counter()
        found = prompter.cell(Prompt(tuple(added), tuple(removed)))
        times.append(1000 * (time.perf_counter() - start))
        mask = np.zeros(cell.shape, bool)
        w = found.window
        mask[w.y0 : w.y1, w.x0 : w.x1] = found.labels > 0
        ious.append(float((mask & cell).sum() / (mask | cell).sum()))
        errors, n = ndimage.label(mask ^ cell)
        if n == 0:
            return ious + ious[-1:] * (n_clicks - len(ious)), times
        largest = errors == 1 + int(np.argmax(np.bincount(errors.ravel())[1:]))
        point = deepest(largest)
        (added if cell[int(point[0]), int(point[1])] else removed).append(point)
    return ious, times


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--cells", type=int, default=12, help="cells an image")
    parser.add_argument("--clicks", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    device = torch.device("cpu")
    runner = Runner(load_network(find_card(DEFAULT_WEIGHTS), device), device)
    rng = np.random.default_rng(0)
    ious, times = defaultdict(list), []
    for file in find_files([options.data], RECIPE, 0):
        if not file.is_held_out:
            continue
        pixels, truth = read_image(file.image).pixels[0, :, 0], read_labels(file.labels)[0]
        channels = list(choose_channels(pixels))
        scene = Scene(
            *truth.shape,
            tuple(contrast_limits(pixels[c]) for c in channels),
            lambda w, p=pixels, c=channels: p[c, w.y0 : w.y1, w.x0 : w.x1],
        )
        prompter = Prompter(scene, runner)
        areas = np.bincount(truth.ravel())
        numbers = np.flatnonzero(areas >= SMALLEST_CELL_PX)
        numbers = numbers[numbers > 0]
        for number in rng.permutation(numbers)[: options.cells]:
            reached, took = review(prompter, truth == number, options.clicks)
            ious[file.part.modality].append(reached)
            times += took
    print(f"{'':24s} cells  mean IoU after 1..{options.clicks} clicks")
    for name, rows in sorted(ious.items()):
        print(f"  {name:22s} {len(rows):5d}  " + "  ".join(f"{v:.3f}" for v in np.mean(rows, 0)))
    everything = np.concatenate([np.array(rows) for rows in ious.values()])
    print(
        f"  {'all cells':22s} {len(everything):5d}  "
        + "  ".join(f"{v:.3f}" for v in everything.mean(0))
    )
    p50, p95 = np.percentile(times, [50, 95])
    print(f"  milliseconds a click: p50 {p50:.1f}, p95 {p95:.1f} ({options.threads} threads)")


if __name__ == "__main__":
    main()
