"""Perimeters and convex areas of all objects of a plane, each in one compiled pass.

`index` planes are (Y, X) int32: -1 is background, otherwise the position of the object in a table
(see `annotations.labels.row_runs`). All functions give one float64 or int64 per object, equal to
scikit-image measuring each object on its own.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from annotations.labels.row_runs import RowRuns

IndexPlane = NDArray[np.int32]

_SQRT2 = math.sqrt(2.0)


def _perimeter_weights() -> NDArray[np.float64]:
    """Length that a border pixel adds, by 1 + 2 * straight + 10 * diagonal border neighbours.

    Benkrid, Crookes: Design and FPGA Implementation of a Perimeter Estimator, Queen's University
    of Belfast, 2000; the table of `skimage.measure.perimeter`.
    """
    weights = np.zeros(50)
    weights[[5, 7, 15, 17, 25, 27]] = 1.0
    weights[[21, 33]] = _SQRT2
    weights[[13, 23]] = (1.0 + _SQRT2) / 2.0
    return weights


def _crofton_weights() -> NDArray[np.float64]:
    """Length that a 2 x 2 window adds, by its pattern, for four directions.

    Bits: the lower right pixel is 1, upper right 2, lower left 4, upper left 8. Rivollier:
    Analyse d'image geometrique et morphometrique par diagrammes de forme, 2010; the table of
    `skimage.measure.perimeter_crofton` with ``directions=4``.
    """
    straight, slant = math.pi / 4.0, math.pi / (4.0 * _SQRT2)
    pairs = straight + slant
    without_corner = [0, pairs, slant, 2 * slant, 0, pairs, 0, slant]
    with_corner = [straight, 2 * straight, slant, slant, straight, 2 * straight, 0, 0]
    return np.array(without_corner + with_corner)


_PERIMETER_WEIGHTS = _perimeter_weights()
_CROFTON_WEIGHTS = _crofton_weights()


def index_plane(runs: RowRuns, height: int, width: int) -> IndexPlane:
    """Paint the object index of every run into a (Y, X) int32 plane, -1 elsewhere."""
    plane = np.full((height, width), -1, dtype=np.int32)
    _paint_runs(plane, runs.index, runs.y, runs.x0, runs.x1)
    return plane


def perimeters(index: IndexPlane, n_objects: int) -> NDArray[np.float64]:
    """The perimeter in px along the centres of border pixels, `skimage.measure.perimeter`.

    ``neighborhood=4``: a border pixel has a pixel of another label, of the background or outside
    the plane above, below, left or right. One pixel alone has perimeter 0.
    """
    border = np.zeros((index.shape[0] + 2, index.shape[1] + 2), dtype=np.bool_)
    _mark_border(index, border)
    totals = np.zeros(n_objects)
    _add_perimeters(index, border, _PERIMETER_WEIGHTS, totals)
    return totals


def crofton_perimeters(index: IndexPlane, n_objects: int) -> NDArray[np.float64]:
    """The perimeter in px by the Cauchy-Crofton formula in four directions."""
    totals = np.zeros(n_objects)
    _add_crofton(index, _CROFTON_WEIGHTS, totals)
    return totals


def convex_areas(runs: RowRuns) -> NDArray[np.int64]:
    """How many pixel centres lie in or on the convex hull of each object.

    As `skimage.morphology.convex_hull_image` with its defaults: the hull of the middles of all
    pixel sides, borders included. Worked out in whole numbers, so it is exact.
    """
    y0 = runs.smallest(runs.y)
    heights = runs.largest(runs.y) + 1 - y0
    offsets = np.concatenate(([0], np.cumsum(heights)))
    left = np.full(int(offsets[-1]), np.iinfo(np.int64).max)
    right = np.full(int(offsets[-1]), np.iinfo(np.int64).min)
    rows = offsets[:-1][runs.index] + runs.y - y0[runs.index]
    np.minimum.at(left, rows, runs.x0)
    np.maximum.at(right, rows, runs.x1 - 1)
    areas = np.zeros(runs.n_objects, dtype=np.int64)
    _count_hulls(offsets, left, right, areas)
    return areas


@njit(cache=True)
def _paint_runs(
    plane: IndexPlane,
    index: NDArray[np.int64],
    y: NDArray[np.int64],
    x0: NDArray[np.int64],
    x1: NDArray[np.int64],
) -> None:
    for run in range(index.size):
        plane[y[run], x0[run] : x1[run]] = index[run]


@njit(cache=True)
def _mark_border(index: IndexPlane, border: NDArray[np.bool_]) -> None:
    """Set ``border``, which has a margin of one pixel, where an object meets something else."""
    height, width = index.shape
    for y in range(height):
        for x in range(width):
            this = index[y, x]
            if this < 0:
                continue
            if (
                y == 0
                or x == 0
                or y == height - 1
                or x == width - 1
                or index[y - 1, x] != this
                or index[y + 1, x] != this
                or index[y, x - 1] != this
                or index[y, x + 1] != this
            ):
                border[y + 1, x + 1] = True


@njit(cache=True)
def _add_perimeters(
    index: IndexPlane,
    border: NDArray[np.bool_],
    weights: NDArray[np.float64],
    totals: NDArray[np.float64],
) -> None:
    height, width = index.shape
    for y in range(height):
        for x in range(width):
            if not border[y + 1, x + 1]:
                continue
            this = index[y, x]
            pattern = 1
            for dy in range(-1, 2):
                for dx in range(-1, 2):
                    # The margin of `border` is false, so index is never read outside the plane.
                    if border[y + dy + 1, x + dx + 1] and index[y + dy, x + dx] == this:
                        if dy != 0 and dx != 0:
                            pattern += 10
                        elif dy != 0 or dx != 0:
                            pattern += 2
            totals[this] += weights[pattern]


@njit(cache=True)
def _add_crofton(
    index: IndexPlane, weights: NDArray[np.float64], totals: NDArray[np.float64]
) -> None:
    height, width = index.shape
    for y in range(height + 1):
        for x in range(width + 1):
            here = index[y, x] if y < height and x < width else -1
            up = index[y - 1, x] if y > 0 and x < width else -1
            left = index[y, x - 1] if x > 0 and y < height else -1
            corner = index[y - 1, x - 1] if y > 0 and x > 0 else -1
            if here == up and here == left and here == corner:
                continue
            if here >= 0:
                totals[here] += weights[
                    1 + 2 * (up == here) + 4 * (left == here) + 8 * (corner == here)
                ]
            if up >= 0 and up != here:
                totals[up] += weights[2 + 4 * (left == up) + 8 * (corner == up)]
            if left >= 0 and left not in (here, up):
                totals[left] += weights[4 + 8 * (corner == left)]
            if corner >= 0 and corner not in (here, up, left):
                totals[corner] += weights[8]


@njit(cache=True)
def _envelope(
    extremes: NDArray[np.int64], hull_y: NDArray[np.int64], hull_x: NDArray[np.int64]
) -> int:
    """Lower convex envelope of the left side of an object, in half pixels; returns its length.

    ``extremes`` holds the leftmost pixel of each row, or the largest int64 for an empty row. Its
    side middles are (2y, 2x - 1), (2y - 1, 2x) and (2y + 1, 2x); of those at one height only the
    leftmost can lie on the envelope. Andrew's monotone chain (1979), down the rows.
    """
    n_rows = extremes.size
    nothing = np.iinfo(np.int64).max
    n_hull = 0
    for height in range(-1, 2 * n_rows):
        x = nothing
        if height % 2 == 0:
            if extremes[height // 2] != nothing:
                x = 2 * extremes[height // 2] - 1
        else:
            above, below = (height - 1) // 2, (height + 1) // 2
            if above >= 0 and extremes[above] != nothing:
                x = 2 * extremes[above]
            if below < n_rows and extremes[below] != nothing:
                x = min(x, 2 * extremes[below])
        if x == nothing:
            continue
        while n_hull >= 2 and (hull_x[n_hull - 1] - hull_x[n_hull - 2]) * (
            height - hull_y[n_hull - 2]
        ) >= (x - hull_x[n_hull - 2]) * (hull_y[n_hull - 1] - hull_y[n_hull - 2]):
            n_hull -= 1
        hull_y[n_hull], hull_x[n_hull] = height, x
        n_hull += 1
    return n_hull


@njit(cache=True)
def _first_inside(extremes: NDArray[np.int64], first: NDArray[np.int64]) -> None:
    """For each row the first pixel whose centre is on or right of the envelope."""
    n_rows = extremes.size
    hull_y = np.empty(2 * n_rows + 1, dtype=np.int64)
    hull_x = np.empty(2 * n_rows + 1, dtype=np.int64)
    _envelope(extremes, hull_y, hull_x)
    side = 0
    for row in range(n_rows):
        while hull_y[side + 1] < 2 * row:
            side += 1
        rise = hull_y[side + 1] - hull_y[side]
        run = hull_x[side + 1] - hull_x[side]
        # 2 * x >= hull_x + (2 * row - hull_y) * run / rise, rounded up without a fraction.
        numerator = hull_x[side] * rise + (2 * row - hull_y[side]) * run
        first[row] = -((-numerator) // (2 * rise))


@njit(cache=True)
def _count_hulls(
    offsets: NDArray[np.int64],
    left: NDArray[np.int64],
    right: NDArray[np.int64],
    areas: NDArray[np.int64],
) -> None:
    nothing = np.iinfo(np.int64).max
    for number in range(areas.size):
        start, stop = offsets[number], offsets[number + 1]
        first = np.empty(stop - start, dtype=np.int64)
        last = np.empty(stop - start, dtype=np.int64)
        mirrored = np.empty(stop - start, dtype=np.int64)
        for row in range(stop - start):
            is_empty = left[start + row] == nothing
            mirrored[row] = nothing if is_empty else -right[start + row]
        _first_inside(left[start:stop], first)
        _first_inside(mirrored, last)
        for row in range(stop - start):
            areas[number] += -last[row] - first[row] + 1
