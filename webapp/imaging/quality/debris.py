"""Fibers and scratches: one thing that is long, thin, and goes over a large part of the image."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from webapp.imaging.quality.sample import Plane, Sample, block_means

SIDE = 256
SMALLEST_SIDE = 48
LEAST_EXTENT = 0.25
"""Of the shorter side; shorter things are cells, or do no harm."""
STANDS_OUT_NOISE = 4.0
STANDS_OUT_SHARE = 90
_KERNEL = np.array([0.0545, 0.2442, 0.4026, 0.2442, 0.0545], np.float32)  # Gaussian of 1 px

Runs = NDArray[np.int64]
"""Rows (y, x0, x1) of pixels that stand out, half open."""


def thinness(sample: Sample) -> float | None:
    """Return how often the width of the longest thin piece goes into its length; None if tiny.

    Looked at is the coarse picture without a smooth background, bright and dark pieces apart. The
    length is the diagonal of a piece's box, its width the area by that; 0 when no piece reaches
    over a quarter of the shorter side.
    """
    coarse = sample.coarse
    if max(coarse.shape) > SIDE:
        coarse = block_means(coarse, -(-max(coarse.shape) // SIDE))
    if min(coarse.shape) < SMALLEST_SIDE:
        return None
    rest = _smooth(_without_background(coarse))
    noise = 1.4826 * float(np.median(np.abs(rest)))
    level = max(float(np.percentile(np.abs(rest), STANDS_OUT_SHARE)), STANDS_OUT_NOISE * noise)
    if level <= 0:
        return 0.0
    least = LEAST_EXTENT * min(coarse.shape)
    return max(_longest(rest > level, least), _longest(rest < -level, least))


def _without_background(coarse: Plane) -> Plane:
    """Take the best quadratic surface away, and the median of what is left."""
    height, width = coarse.shape
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    terms = np.stack([np.ones_like(x), x, y, x * y, x**2, y**2], -1).reshape(-1, 6)
    found = np.linalg.lstsq(terms, coarse.ravel(), rcond=None)[0]
    rest = coarse - (terms @ found).reshape(coarse.shape)
    without: Plane = (rest - np.median(rest)).astype(np.float32)
    return without


def _smooth(plane: Plane) -> Plane:
    """A Gaussian of one pixel along both axes."""
    for axis in (0, 1):
        edged = np.pad(plane, [(2, 2) if one == axis else (0, 0) for one in (0, 1)], mode="edge")
        n = plane.shape[axis]
        plane = sum(
            np.take(edged, range(i, i + n), axis) * weight for i, weight in enumerate(_KERNEL)
        )
    return plane


def _longest(stands_out: NDArray[np.bool_], least: float) -> float:
    """Return the largest length over width of the pieces that reach far enough."""
    runs = _runs(stands_out)
    if not len(runs):
        return 0.0
    owner = _pieces(runs)
    n_pieces = int(owner.max()) + 1
    low = np.full((n_pieces, 2), np.iinfo(np.int64).max)
    high = np.zeros((n_pieces, 2), np.int64)
    np.minimum.at(low, owner, runs[:, :2])
    np.maximum.at(high, owner, np.stack([runs[:, 0] + 1, runs[:, 2]], axis=1))
    extent = np.hypot(*(high - low).T)
    area = np.bincount(owner, runs[:, 2] - runs[:, 1])
    reaches = extent > least
    return float((extent[reaches] ** 2 / area[reaches]).max(initial=0.0))


def _runs(stands_out: NDArray[np.bool_]) -> Runs:
    steps = np.diff(np.pad(stands_out, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    y, x0 = np.nonzero(steps == 1)
    _, x1 = np.nonzero(steps == -1)
    return np.stack([y, x0, x1], axis=1)


def _pieces(runs: Runs) -> NDArray[np.int64]:
    """Return the piece of each run; runs that touch, also at corners, are of one piece."""
    parent = list(range(len(runs)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    rows = runs.tolist()
    first = 0  # of the runs of the row above
    for i, (y, x0, x1) in enumerate(rows):
        while rows[first][0] < y - 1:
            first += 1
        above = first
        while above < i and rows[above][0] == y - 1 and rows[above][1] <= x1:
            if rows[above][2] >= x0:
                parent[root(above)] = root(i)
            above += 1
    return np.unique([root(i) for i in range(len(rows))], return_inverse=True)[1]
