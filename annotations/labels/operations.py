"""What the drawing tools do to the pixels of one plane; the viewer does exactly the same.

Every function takes a (Y, X) uint32 label plane (or a crop of it) or the size of a mask, changes
nothing in place and returns a new array. Coordinates are (y, x) in pixels, pixel centres at whole
numbers, the square of a pixel reaching 0.5 to each side. Tests for "inside" need no division and
no root: with coordinates and radii in multiples of 1/8 they are exact in double precision, so
every implementation gives the same pixels. `tests/golden/operations.json` holds them to it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

Plane = NDArray[np.uint32]
Mask = NDArray[np.bool_]
Point = tuple[float, float]

_FOUR_NEIGHBORS = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]], dtype=bool)


def disc(center: Point, radius: float, height: int, width: int) -> Mask:
    """The footprint of a round brush: (Y, X) bool, pixel centres within ``radius`` of ``center``.

    A pixel belongs to it when (y - cy)^2 + (x - cx)^2 <= radius^2. The centre may be fractional.
    """
    y, x = np.ogrid[:height, :width]
    inside: Mask = (y - center[0]) ** 2 + (x - center[1]) ** 2 <= radius * radius
    return inside


def stroke(points: Sequence[Point], radius: float, height: int, width: int) -> Mask:
    """A round brush dragged along the polyline ``points``: (Y, X) bool.

    The union over all segments of the pixels whose centre is within ``radius`` of the segment
    (a capsule). A single point gives the disc; no point gives nothing.
    """
    mask = np.zeros((height, width), dtype=bool)
    for start, end in _segments(points):
        mask |= _capsule(start, end, radius, height, width)
    return mask


def line(points: Sequence[Point], height: int, width: int) -> Mask:
    """Every pixel whose closed square the polyline ``points`` touches: (Y, X) bool (supercover).

    Passing exactly through a corner touches all four pixels around it, so the line has no gap
    for a 4-connected region to slip through.
    """
    mask = np.zeros((height, width), dtype=bool)
    y, x = np.ogrid[:height, :width]
    for (ay, ax), (by, bx) in _segments(points):
        dy, dx = by - ay, bx - ax
        in_rows = (y >= min(ay, by) - 0.5) & (y <= max(ay, by) + 0.5)
        in_columns = (x >= min(ax, bx) - 0.5) & (x <= max(ax, bx) + 0.5)
        # The line through the segment meets a square when the centre is no farther from it than
        # the square's half width seen from the direction of the line.
        is_near = np.abs((x - ax) * dy - (y - ay) * dx) <= 0.5 * (abs(dy) + abs(dx))
        mask |= in_rows & in_columns & is_near
    return mask


def polygon(points: Sequence[Point], height: int, width: int) -> Mask:
    """The inside of a closed lasso by the even-odd rule on pixel centres: (Y, X) bool.

    The last point is joined to the first. A centre exactly on a left or top side is inside, on a
    right or bottom side outside, so two lassos that share a side never share a pixel: a side from
    (ay, ax) to (by, bx) counts for the row y when min(ay, by) <= y < max(ay, by), and for those
    pixels that lie strictly to the left of it. Fewer than three points hold nothing.
    """
    mask = np.zeros((height, width), dtype=bool)
    if len(points) < 3:
        return mask
    y, x = np.ogrid[:height, :width]
    for start, end in zip(points, [*points[1:], points[0]], strict=True):
        (ay, ax), (by, bx) = (start, end) if start[0] <= end[0] else (end, start)
        crosses = (y >= ay) & (y < by)
        mask ^= crosses & ((x - ax) * (by - ay) < (y - ay) * (bx - ax))
    return mask


def paint(plane: Plane, mask: Mask, label: int, protect_others: bool) -> Plane:
    """Write ``label`` where ``mask`` is true; with ``protect_others`` only on background."""
    where = mask & ((plane == 0) | (plane == label)) if protect_others else mask
    return np.where(where, np.uint32(label), plane)


def erase(plane: Plane, mask: Mask, only_label: int | None = None) -> Plane:
    """Write background where ``mask`` is true; of ``only_label`` alone when it is given."""
    where = mask if only_label is None else mask & (plane == only_label)
    return np.where(where, np.uint32(0), plane)


def merge(plane: Plane, labels: Collection[int], target: int) -> Plane:
    """Give all pixels of ``labels`` the label ``target``."""
    return np.where(_is_one_of(plane, labels), np.uint32(target), plane)


def delete(plane: Plane, labels: Collection[int]) -> Plane:
    """Turn all pixels of ``labels`` into background."""
    return merge(plane, labels, 0)


def fill_holes(plane: Plane, label: int) -> Plane:
    """Give the background inside ``label`` to it; other labels inside keep their pixels.

    A pixel is inside when it cannot reach the edge of the plane by steps to its four neighbours
    without crossing ``label``. A bay that is open to the edge of the plane is not a hole.
    """
    regions, _ = ndimage.label(plane != label, structure=_FOUR_NEIGHBORS)
    border = np.concatenate([regions[0], regions[-1], regions[:, 0], regions[:, -1]])
    is_hole = ~np.isin(regions, np.append(border, 0))
    return np.where(is_hole & (plane == 0), np.uint32(label), plane)


def split_by_line(
    plane: Plane, label: int, points: Sequence[Point], new_labels: Sequence[int]
) -> Plane:
    """Cut the object ``label`` along the polyline ``points``.

    1. The pixels of the label that the polyline touches (see `line`) are the cut.
    2. The 4-connected components of the rest are numbered by their first pixel in raster order.
       With no cut pixel, or fewer than two components, nothing changes.
    3. The largest component (the first of equals) keeps ``label``, the others take ``new_labels``
       in order; `ValueError` when there are too few of them.
    4. The cut is handed back in rounds: every cut pixel with a 4-neighbour that belonged to a
       component at the start of the round joins it, the component with the smaller number if
       there are several. Cut pixels that no component reaches keep ``label``.
    """
    is_label = plane == label
    cut = is_label & line(points, *plane.shape)
    components, n_components = _components(is_label & ~cut)
    if n_components < 2 or not cut.any():
        return plane.copy()
    if len(new_labels) < n_components - 1:
        raise ValueError(f"The cut makes {n_components} parts; too few new labels were given.")
    largest = int(np.bincount(components.ravel())[1:].argmax())
    names = [label, *new_labels[: n_components - 1]]
    names.insert(largest + 1, label)
    grown = _hand_back(components, cut)
    # names[0] stands for the cut pixels that were not reached.
    return np.where(is_label, np.array(names, dtype=np.uint32)[grown], plane)


def _segments(points: Sequence[Point]) -> list[tuple[Point, Point]]:
    if len(points) == 1:
        return [(points[0], points[0])]
    return list(pairwise(points))


def _capsule(start: Point, end: Point, radius: float, height: int, width: int) -> Mask:
    (ay, ax), (by, bx) = start, end
    dy, dx = by - ay, bx - ax
    length_squared = dy * dy + dx * dx
    y, x = np.ogrid[:height, :width]
    along = (y - ay) * dy + (x - ax) * dx
    across = (x - ax) * dy - (y - ay) * dx
    is_beside = (along > 0) & (along < length_squared)
    is_near = across * across <= (radius * radius) * length_squared
    ends = disc(start, radius, height, width) | disc(end, radius, height, width)
    capsule: Mask = ends | (is_beside & is_near)
    return capsule


def _is_one_of(plane: Plane, labels: Collection[int]) -> Mask:
    return np.isin(plane, np.array(sorted(labels), dtype=np.uint32))


def _components(mask: Mask) -> tuple[NDArray[np.int64], int]:
    """4-connected components as 1..n in the raster order of their first pixels, 0 elsewhere."""
    found, n_components = ndimage.label(mask, structure=_FOUR_NEIGHBORS)
    numbers, first = np.unique(found, return_index=True)
    is_object = numbers != 0
    rank = np.zeros(n_components + 1, dtype=np.int64)
    rank[numbers[is_object]] = first[is_object].argsort().argsort() + 1
    return rank[found], int(n_components)


def _hand_back(components: NDArray[np.int64], cut: Mask) -> NDArray[np.int64]:
    nobody = np.iinfo(np.int64).max
    owner = np.pad(np.where(components > 0, components, nobody), 1, constant_values=nobody)
    inner = owner[1:-1, 1:-1]
    waiting = cut.copy()
    while True:
        nearest = np.minimum.reduce(
            [owner[:-2, 1:-1], owner[2:, 1:-1], owner[1:-1, :-2], owner[1:-1, 2:]]
        )
        reached = waiting & (nearest != nobody)
        if not reached.any():
            return np.where(inner == nobody, 0, inner)
        inner[reached] = nearest[reached]
        waiting &= ~reached
