"""Regions to ignore: which cells lie in them, and how much of a plane they cover.

A cell lies in a region when its centroid does. "Inside" follows the even-odd rule of
`annotations.labels.operations.polygon`: a side counts for a point between its ends (the upper one
included) that lies strictly to the left of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from annotations.labels.measure import Table
from annotations.labels.patch import BoundingBox

Points = Sequence[tuple[float, float]]
"""Corners (y, x) in pixels, multiples of 1/8; the last one is joined to the first."""

_EIGHTHS = 8


def holds(points: Points, y: NDArray[np.float64], x: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether each of the places (y, x), two arrays of one length, lies inside."""
    inside = np.zeros(y.shape, dtype=bool)
    for (ay, ax), (by, bx) in _sides(points):
        crosses = (y >= ay) & (y < by)
        inside ^= crosses & ((x - ax) * (by - ay) < (y - ay) * (bx - ax))
    return inside


def region_of_cells(table: Table, regions: Sequence[Points]) -> NDArray[np.intp]:
    """For every row of a measured plane the first region that holds its centroid, else -1."""
    found = np.full(table["label"].size, -1, dtype=np.intp)
    for number, points in enumerate(regions):
        inside = holds(points, table["centroid_y_px"], table["centroid_x_px"])
        found[inside & (found == -1)] = number
    return found


def box_of(points: Points, shape: tuple[int, ...]) -> BoundingBox:
    """The box y0, x0, y1, x1 of the pixels of a plane of ``shape`` that the region can hold."""
    height, width = shape
    corners = np.array(points)
    y0, x0 = np.floor(corners.min(axis=0)).astype(int)
    y1, x1 = np.ceil(corners.max(axis=0)).astype(int) + 1
    rows, columns = np.clip((y0, y1), 0, height), np.clip((x0, x1), 0, width)
    return int(rows[0]), int(columns[0]), int(rows[1]), int(columns[1])


def inside_of(points: Points, box: BoundingBox) -> NDArray[np.bool_]:
    """(Y, X) bool of a box: the pixel centres inside, the same as `operations.polygon`.

    Costs as much as the box is large and the outline is long, not the product of the two.
    """
    y0, x0, y1, x1 = box
    height, width = y1 - y0, x1 - x0
    turns = np.zeros((height, width + 1), dtype=bool)
    for start, end in _sides(points):
        (ay, ax), (by, bx) = (_in_eighths(point) for point in (start, end))
        first, stop = -(-ay // _EIGHTHS), -(-by // _EIGHTHS)
        rows = np.arange(max(first, y0), min(stop, y1), dtype=np.int64)
        # The pixels to the left of the side: 8 x * (by - ay) < reach, in whole numbers.
        reach = ax * (by - ay) + (_EIGHTHS * rows - ay) * (bx - ax)
        n_left = -(-reach // (_EIGHTHS * (by - ay))) if by > ay else rows
        turns[rows - y0, 0] ^= True
        turns[rows - y0, np.clip(n_left - x0, 0, width)] ^= True
    inside: NDArray[np.bool_] = np.logical_xor.accumulate(turns, axis=1)[:, :width]
    return inside


def covered_by(regions: Iterable[Points], shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """(Y, X) bool of a plane: which pixels lie in any of the regions."""
    covered = np.zeros(shape, dtype=bool)
    for points in regions:
        y0, x0, y1, x1 = box = box_of(points, shape)
        covered[y0:y1, x0:x1] |= inside_of(points, box)
    return covered


def _sides(points: Points) -> Iterable[tuple[tuple[float, float], tuple[float, float]]]:
    """Every side, its upper end first."""
    for start, end in zip(points, [*points[1:], points[0]], strict=True):
        yield (start, end) if start[0] <= end[0] else (end, start)


def _in_eighths(point: tuple[float, float]) -> tuple[int, int]:
    return int(point[0] * _EIGHTHS), int(point[1] * _EIGHTHS)
