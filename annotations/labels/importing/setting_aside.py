"""Pixels to ignore as polygons, which is how regions to ignore are kept."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from annotations.labels.importing.entry import Corners
from annotations.labels.importing.outlines import Pixels
from annotations.labels.marks import MAX_POINTS

_FIRST_TOLERANCE_PX = 0.25


def polygons_around(pixels: Pixels) -> list[Corners]:
    """One polygon around every piece, holes filled; exact unless it had too many corners."""
    from skimage.measure import find_contours  # only needed here, and slow to import

    framed = np.pad(pixels.mask, 1).astype(np.float32)
    contours = find_contours(framed, 0.5)  # type: ignore[no-untyped-call]
    offset = np.array([pixels.y0 - 1, pixels.x0 - 1])
    # Around a hole the line runs the other way, so its area has the other sign.
    return [
        tuple((float(y), float(x)) for y, x in _few_corners(contour[:-1] + offset))
        for contour in contours
        if _area(contour) > 0
    ]


def _few_corners(points: NDArray[np.float64]) -> NDArray[np.float64]:
    from skimage.measure import approximate_polygon

    kept = points[_turns(points)]
    tolerance = _FIRST_TOLERANCE_PX
    while len(kept) > MAX_POINTS:
        closed = np.concatenate([points, points[:1]])
        kept = approximate_polygon(closed, tolerance)[:-1]  # type: ignore[no-untyped-call]
        tolerance *= 2
    return kept


def _turns(points: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which corners do not lie on the line between their neighbors."""
    before, after = np.roll(points, 1, axis=0), np.roll(points, -1, axis=0)
    (dy, dx), (ey, ex) = (points - before).T, (after - points).T
    turns: NDArray[np.bool_] = dx * ey != dy * ex
    return turns


def _area(points: NDArray[np.float64]) -> float:
    y, x = points.T
    return float(np.sum(x * np.roll(y, -1) - y * np.roll(x, -1)))
