"""The figures of the built-in model in one table, beside its peers.

    python tests/benchmarks/model.py DATA [--cellpose3 PYTHON] [--cellpose4 PYTHON]
                                          [--large-side 20000] [--skip-accuracy]

DATA holds the labeled folders. `--cellpose3` and `--cellpose4` name the Pythons of environments
with cellpose 3.1 and cellpose 4.2 (stardist beside it, for the matching); without them the peers'
columns stay empty. `--large-side` segments a drawn image of that many pixels a side by the shell
command and tells time and memory.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import tifffile
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from segmentation.engine.following import FLOW_UNIT
from segmentation.engine.grouping import Fields, GroupingSettings, group
from segmentation.engine.methods.generalist.inference import Runner, prepare
from segmentation.engine.methods.generalist.info import INFO as GENERALIST
from segmentation.engine.methods.generalist.network import Network
from segmentation.engine.metrics import score
from segmentation.engine.training.targets import flows_of
from tests.benchmarks.engine_accuracy import measure, print_table
from tests.benchmarks.engine_speed import best_of

PEERS = Path(__file__).with_name("peers.py")
N_CELLS = (100, 1_000, 10_000)
SPACING = 34
CPU = torch.device("cpu")


def ask_peer(python: str | None, *arguments: str) -> dict[str, Any] | None:
    """Return what a peer tells, None without its Python."""
    if python is None:
        return None
    told = subprocess.run(
        [python, str(PEERS), *arguments], capture_output=True, text=True, check=True
    )
    answer: dict[str, Any] = json.loads(told.stdout.splitlines()[-1])
    return answer


def time_networks(options: argparse.Namespace) -> None:
    """The network alone on 512 x 512, in the precision that this processor is fastest in."""
    planes = np.random.default_rng(0).random((3, 512, 512), np.float32)
    peer = ask_peer(options.cellpose3, "network3", str(options.threads), "512")
    beside = f"cellpose 3: {1000 * peer['seconds']:.0f} ms" if peer else ""
    for size in ("S", "M"):
        network = prepare(Network(size), CPU)
        for is_bfloat16 in (True, False):
            runner = Runner(network, CPU, is_bfloat16=is_bfloat16)
            batch, _ = runner._batch(planes)
            with torch.inference_mode():
                took = best_of(lambda r=runner, b=batch: r._answer(b), 15)
            precision = "bfloat16" if is_bfloat16 else "float32"
            print(f"  network {size}, 512 x 512, {precision:8s} {took:8.1f} ms   {beside}")


def draw_grid(n_cells: int) -> np.ndarray:
    """Return labels (Y, X) of this many discs of 24 px, each a little off its place."""
    rng = np.random.default_rng(0)
    n_columns = int(np.ceil(np.sqrt(n_cells)))
    side = SPACING * (n_columns + 1)
    labels = np.zeros((side, side), np.uint32)
    y, x = np.mgrid[-12:13, -12:13]
    disc = np.hypot(y, x) <= 12
    for number in range(1, n_cells + 1):
        row, column = divmod(number - 1, n_columns)
        top, left = np.array([row, column]) * SPACING + 17 + rng.integers(-4, 5, 2)
        labels[top : top + 25, left : left + 25][disc] = number
    return labels


def perfect_fields(labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return flows with some noise, and the foreground, of a label image."""
    flows = flows_of(labels.astype(np.int32))
    noise = np.random.default_rng(0).normal(0, 0.1, flows.shape) * (labels > 0)
    return (flows + noise).astype(np.float32), labels > 0


def time_masks(options: argparse.Namespace) -> None:
    """From the same fields to masks."""
    for n_cells in N_CELLS:
        labels = draw_grid(n_cells)
        flows, inside = perfect_fields(labels)
        fields = Fields(
            np.clip(np.round(flows * FLOW_UNIT), -127, 127).astype(np.int8),
            (inside * 255).astype(np.uint8),
            *np.zeros((2, *labels.shape), np.uint8),
        )
        took = best_of(lambda f=fields: group(f, GroupingSettings(), n_threads=options.threads), 5)
        found = group(fields, GroupingSettings()).labels
        agreed = score(found, labels, (0.5,))[0].average_precision
        with tempfile.TemporaryDirectory() as folder:
            path = f"{folder}/fields.npz"
            np.savez(path, flows=flows, logits=np.where(inside, 6, -6).astype(np.float32))
            peer = ask_peer(options.cellpose4, "masks4", path)
        beside = ""
        if peer:
            ratio = 1000 * peer["seconds"] / took
            beside = f"cellpose 4: {1000 * peer['seconds']:.0f} ms = {ratio:.1f} x"
        print(f"  masks of {labels.max():6d} cells {took:10.1f} ms   AP {agreed:.3f}   {beside}")


def time_matching(options: argparse.Namespace) -> None:
    """Matches of two label images of 10,000 cells."""
    true = draw_grid(10_000)
    found = np.roll(true, (4, 3), (0, 1))
    found[::7] = 0
    took = best_of(lambda: score(found, true, (0.5,)), 3)
    n_matches = score(found, true, (0.5,))[0].n_true_positives
    with tempfile.TemporaryDirectory() as folder:
        np.savez(f"{folder}/labels.npz", true=true, found=found)
        peers = ask_peer(options.cellpose4, "match", f"{folder}/labels.npz") or {}
    print(f"  matching {true.max()} cells {took:8.1f} ms   {n_matches} matches")
    for name, told in peers.items():
        ratio = 1000 * told["seconds"] / took
        print(f"    {name:10s} {1000 * told['seconds']:8.0f} ms = {ratio:.1f} x   {told['tp']}")


def time_large(side: int, network: str) -> None:
    """Time and memory of the shell command on one large image."""
    labels = draw_grid(3_364)[:2_000, :2_000]
    noise = np.random.default_rng(0).normal(0, 80, labels.shape)
    tile = (400 + 2000 * (labels > 0) + noise).clip(0).astype(np.uint16)
    n_copies = -(-side // len(tile))
    with tempfile.TemporaryDirectory() as folder:
        large = np.memmap(f"{folder}/large.raw", np.uint16, "w+", shape=(side, side))
        for i in range(n_copies):
            rows = large[i * len(tile) : (i + 1) * len(tile)]
            rows[:] = np.tile(tile, (1, n_copies))[: len(rows), :side]
        tifffile.imwrite(f"{folder}/large.tif", large, bigtiff=True, photometric="minisblack")
        del large
        start = time.perf_counter()
        command = [sys.executable, "-m", "segmentation.engine.cli.segment"]
        command += [f"{folder}/large.tif", "--out", folder + "/out", "--set", f"network={network}"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
            memory = 0.0
            while running.poll() is None:
                memory = max(memory, highest_memory(running.pid))
                time.sleep(0.2)
            assert running.stdout is not None
            told = running.stdout.read().strip()
        minutes = (time.perf_counter() - start) / 60
    print(f"  {side} x {side}, {network}: {minutes:.1f} min, at most {memory:.2f} GB")
    print(f"    {told}")


def highest_memory(process_id: int) -> float:
    """Return the most memory in GB that a process has held so far (Linux)."""
    try:
        status = Path(f"/proc/{process_id}/status").read_text()
    except OSError:
        return 0.0
    lines = [line for line in status.splitlines() if line.startswith("VmHWM")]
    return int(lines[0].split()[1]) / 1e6 if lines else 0.0


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, nargs="+")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--cellpose3", default=None, metavar="PYTHON")
    parser.add_argument("--cellpose4", default=None, metavar="PYTHON")
    parser.add_argument("--large-side", type=int, default=0, metavar="PIXELS")
    parser.add_argument("--network", default="generalist-s", help="for the large image")
    parser.add_argument("--only-large", action="store_true")
    parser.add_argument("--skip-accuracy", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    print(f"times: {options.threads} threads, best of several")
    if not options.only_large:
        time_networks(options)
        time_masks(options)
        time_matching(options)
    if options.large_side:
        time_large(options.large_side, options.network)
    if not (options.skip_accuracy or options.only_large):
        for choice in GENERALIST.weights:
            print_table(choice.value, *measure(options.data, GENERALIST.name, choice.value))


if __name__ == "__main__":
    main()
