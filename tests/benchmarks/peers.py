"""What a peer needs for the same work; run by the Python of the peer's own environment.

    PYTHON peers.py network3 THREADS SIDE          cellpose 3: the network alone
    PYTHON peers.py masks4 FIELDS.npz              cellpose 4: fields to masks
    PYTHON peers.py match LABELS.npz               cellpose and stardist: matching

Prints one JSON object of seconds and results. Needs nothing of this project.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np


def best_of(work: Callable[[], Any], n: int) -> tuple[float, Any]:
    """Return the shortest time in seconds after a first call, and the last result."""
    result = work()
    times = []
    for _ in range(n):
        start = time.perf_counter()
        result = work()
        times.append(time.perf_counter() - start)
    return min(times), result


def network3(n_threads: int, side: int) -> dict[str, Any]:
    """Time the network of cellpose 3; random weights take the time that trained ones take."""
    import torch
    from cellpose.resnet_torch import CPnet

    torch.set_num_threads(n_threads)
    network = CPnet([2, 32, 64, 128, 256], 3, 3, mkldnn=False).eval()
    x = torch.rand(1, 2, side, side)
    with torch.inference_mode():
        seconds, _ = best_of(lambda: network(x), 4)
    return {"seconds": seconds}


def masks4(path: str) -> dict[str, Any]:
    """Time cellpose 4 from flows (2, Y, X) and probability (Y, X) to masks."""
    import torch
    from cellpose import dynamics

    torch.set_num_threads(2)
    fields = np.load(path)
    seconds, masks = best_of(
        lambda: dynamics.compute_masks(
            fields["flows"] * 5, fields["logits"], flow_threshold=0.4, min_size=15
        ),
        2,
    )
    masks = masks[0] if isinstance(masks, tuple) else masks
    return {"seconds": seconds, "n_cells": int(masks.max())}


def match(path: str) -> dict[str, Any]:
    """Time the matching of two label images at an IoU of 0.5."""
    from cellpose import metrics

    labels = np.load(path)
    true, found = labels["true"].astype(np.int32), labels["found"].astype(np.int32)
    seconds, counts = best_of(lambda: metrics.average_precision(true, found, [0.5]), 1)
    answer = {"cellpose": {"seconds": seconds, "tp": int(np.ravel(counts[1])[0])}}
    try:
        from stardist.matching import matching
    except ImportError:
        return answer
    seconds, scores = best_of(lambda: matching(true, found, 0.5), 1)
    answer["stardist"] = {"seconds": seconds, "tp": int(scores.tp)}
    return answer


if __name__ == "__main__":
    kind, *arguments = sys.argv[1:]
    if kind == "network3":
        told = network3(int(arguments[0]), int(arguments[1]))
    else:
        told = {"masks4": masks4, "match": match}[kind](arguments[0])
    print(json.dumps(told))
