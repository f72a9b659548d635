"""How long a 512 x 512 image takes: size, network, grouping, whole.

    python tests/benchmarks/engine_speed.py [--threads 2] [--side 512] [--cellpose PYTHON]

`--cellpose` names the Python of an environment with cellpose 3 and times that network (with
random weights: the time does not depend on them) on the same machine.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from segmentation.engine.following import FLOW_UNIT
from segmentation.engine.grouping import Fields, GroupingSettings, group
from segmentation.engine.methods.generalist.inference import Runner, load_network
from segmentation.engine.segment import segment
from segmentation.engine.training.targets import flows_of
from segmentation.engine.weights import DEFAULT_WEIGHTS, find_card

CELLPOSE = """
import sys, time, numpy as np, torch
from cellpose.resnet_torch import CPnet
torch.set_num_threads(int(sys.argv[1])); side = int(sys.argv[2])
net = CPnet([2, 32, 64, 128, 256], 3, 3, mkldnn=False).eval()
x = torch.rand(1, 2, side, side); best = 1e9
with torch.inference_mode():
    for _ in range(5):
        t = time.perf_counter(); net(x); best = min(best, time.perf_counter() - t)
print(best)
"""


def best_of(work: Callable[[], object], n: int = 7) -> float:
    """Return the shortest of `n` times in milliseconds; the first call is not counted."""
    work()
    times = []
    for _ in range(n):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return 1000 * min(times)


def draw_cells(side: int, diameter: int) -> tuple[np.ndarray, np.ndarray]:
    """Return an image of discs of `diameter` pixels and its labels."""
    y, x = np.mgrid[:side, :side]
    labels = np.zeros((side, side), np.int32)
    rng = np.random.default_rng(0)
    spacing = diameter + 10
    centers = range(spacing // 2 + 2, side - spacing // 2, spacing)
    for number, (cy, cx) in enumerate(((a, b) for a in centers for b in centers), 1):
        jitter = rng.integers(-4, 5, 2)
        distance2 = (y - cy - jitter[0]) ** 2 + (x - cx - jitter[1]) ** 2
        labels[distance2 <= (diameter / 2) ** 2] = number
    image = 400 + 2000 * (labels > 0) + rng.normal(0, 80, labels.shape)
    return image.astype(np.uint16), labels


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--side", type=int, default=512)
    parser.add_argument("--cellpose", default=None)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    image, labels = draw_cells(options.side, 24)
    small, _ = draw_cells(options.side, 18)
    device = torch.device("cpu")
    runner = Runner(load_network(find_card(DEFAULT_WEIGHTS), device), device)
    planes = np.repeat((image / image.max()).astype(np.float32)[None], 3, axis=0)
    fields = Fields(
        np.round(flows_of(labels) * FLOW_UNIT).astype(np.int8),
        ((labels > 0) * 255).astype(np.uint8),
        *np.zeros((2, *labels.shape), np.uint8),
    )
    rows = {
        "network, one pass": best_of(lambda: runner.fields(planes)),
        f"grouping, {labels.max()} cells": best_of(
            lambda: group(fields, GroupingSettings(), n_threads=options.threads)
        ),
        "whole, cells of 24 px": best_of(
            lambda: segment(image[None], method="generalist", parameters={})
        ),
        "whole, cells of 18 px: two passes": best_of(
            lambda: segment(small[None], method="generalist", parameters={})
        ),
        "whole, size given": best_of(
            lambda: segment(image[None], method="generalist", parameters={"diameter": 24})
        ),
    }
    if options.cellpose:
        command = [options.cellpose, "-c", CELLPOSE, str(options.threads), str(options.side)]
        timed = subprocess.run(command, capture_output=True, text=True, check=True)
        rows["cellpose 3, network alone"] = 1000 * float(timed.stdout.split()[-1])
    print(f"{options.side} x {options.side}, {options.threads} threads, best of 7, milliseconds")
    for name, value in rows.items():
        print(f"  {name:36s} {value:8.1f}")


if __name__ == "__main__":
    main()
