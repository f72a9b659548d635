"""Split a cell by two clicks, where it is narrowest between them; the viewer does exactly the same.

A watershed of the distance to the outline, in whole numbers and in a fixed order, so that Python
and TypeScript agree to the pixel (`tests/golden/operations.json`).
"""

from __future__ import annotations

from heapq import heappop, heappush

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from annotations.labels.operations import Plane

Pixel = tuple[int, int]
_FOUR_NEIGHBORS = ((-1, 0), (0, -1), (0, 1), (1, 0))


def split_by_seeds(plane: Plane, label: int, first: Pixel, second: Pixel, new_label: int) -> Plane:
    """Cut the object ``label`` in two, each part with one of the seeds (y, x).

    1. The depth of a pixel of the label is its squared distance to the nearest pixel that is not
       of the label; beyond the edge of the plane nothing is of it.
    2. A seed moves to the middle of the part it lies in: the deepest pixel whose disc (as large as
       its depth) holds the seed; of equals the nearest to the seed, then the first in raster order.
       When both would come to the same pixel, or it cannot be reached, both stay where they are.
    3. The two parts grow from the seeds by steps to the four neighbours, always from the deepest
       pixel that was reached, of equals from the one reached first; the seed that comes first in
       raster order begins.
    4. The larger part (of equals the one of the seed that comes first) keeps ``label``, the other
       takes ``new_label``. Pixels that neither reaches keep ``label``.

    Nothing changes when the seeds are the same pixel or one of them is not on the label.
    """
    seeds = sorted((first, second))
    if seeds[0] == seeds[1] or any(not _is_on(plane, label, seed) for seed in seeds):
        return plane.copy()
    depth = _depth(plane == label)
    middles = [_middle(depth, seed) for seed in seeds]
    pieces, _ = ndimage.label(plane == label)
    is_reached = all(pieces[m] == pieces[s] for m, s in zip(middles, seeds, strict=True))
    owner = _flood(depth, middles if middles[0] != middles[1] and is_reached else seeds)
    n_first, n_second = int((owner == 1).sum()), int((owner == 2).sum())
    smaller = 2 if n_first >= n_second else 1
    return np.where(owner == smaller, np.uint32(new_label), plane)


def _is_on(plane: Plane, label: int, seed: Pixel) -> bool:
    height, width = plane.shape
    return 0 <= seed[0] < height and 0 <= seed[1] < width and int(plane[seed]) == label


def _depth(is_label: NDArray[np.bool_]) -> NDArray[np.int64]:
    padded = np.pad(is_label, 1)
    nearest = ndimage.distance_transform_edt(
        padded, return_distances=False, return_indices=True
    ).astype(np.int64)
    here = np.indices(padded.shape)
    squared: NDArray[np.int64] = ((nearest - here) ** 2).sum(axis=0)[1:-1, 1:-1]
    return squared


def _middle(depth: NDArray[np.int64], seed: Pixel) -> Pixel:
    y, x = np.indices(depth.shape)
    away = (y - seed[0]) ** 2 + (x - seed[1]) ** 2
    held = np.flatnonzero(away < depth)
    order = np.lexsort((held, away.flat[held], -depth.flat[held]))
    row, column = divmod(int(held[order[0]]), depth.shape[1])
    return row, column


def _flood(depth: NDArray[np.int64], seeds: list[Pixel]) -> NDArray[np.int8]:
    owner = np.zeros(depth.shape, dtype=np.int8)
    reached: list[tuple[int, int, Pixel]] = []
    for number, seed in enumerate(seeds, start=1):
        owner[seed] = number
        heappush(reached, (-int(depth[seed]), number, seed))
    count = len(seeds)
    height, width = depth.shape
    while reached:
        _, _, (y, x) = heappop(reached)
        for dy, dx in _FOUR_NEIGHBORS:
            near = (y + dy, x + dx)
            if not (0 <= near[0] < height and 0 <= near[1] < width):
                continue
            if depth[near] == 0 or owner[near] != 0:
                continue
            owner[near] = owner[y, x]
            count += 1
            heappush(reached, (-int(depth[near]), count, near))
    return owner
