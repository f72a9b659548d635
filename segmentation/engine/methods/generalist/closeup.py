"""The square around one cell that the refinement network looks at, and the way there and back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch.nn import functional as F

from segmentation.engine.arrays import AnyArray, FloatArray
from segmentation.engine.one_cell import Point
from segmentation.engine.tiling import Window

VIEW_SIDE = 96
"""Pixels a side of the view."""
VIEW_DIAMETER = 27.0
"""A cell of the expected size measures this much in the view."""
EXTENT_SHARE = 0.62
"""The mask and the clicks take at most this share of a side."""
SMALLEST_RATIO, LARGEST_RATIO = 0.45, 3.0
"""How far the size of a first mask may move the view from the size of the image's cells."""
SMALLEST_SIDE = 24


@dataclass(frozen=True)
class CloseUp:
    """A square of `side` pixels of the plane with its corner at (y0, x0); it may lie half out."""

    y0: int
    x0: int
    side: int

    def to_view(self, points: Sequence[Point]) -> tuple[Point, ...]:
        """Return points (y, x) of the plane in pixels of the view."""
        scale = VIEW_SIDE / self.side
        return tuple(
            ((y + 0.5 - self.y0) * scale - 0.5, (x + 0.5 - self.x0) * scale - 0.5)
            for y, x in points
        )

    def moved(self, dy: int, dx: int) -> CloseUp:
        """Return the same square in pixels of another window."""
        return CloseUp(self.y0 + dy, self.x0 + dx, self.side)

    def within(self, shape: tuple[int, int]) -> Window:
        """Return the part of the square that lies in a plane of this shape, one pixel at least."""
        y0 = min(max(self.y0, 0), shape[0] - 1)
        x0 = min(max(self.x0, 0), shape[1] - 1)
        y1 = max(min(self.y0 + self.side, shape[0]), y0 + 1)
        x1 = max(min(self.x0 + self.side, shape[1]), x0 + 1)
        return Window(y0, x0, y1, x1)


def close_up(mask: AnyArray, points: Sequence[Point], diameter: float) -> CloseUp:
    """Choose the square for a first mask (Y, X) bool, possibly empty, and the clicks.

    The mask's own size rules where there is one, within what `diameter`, the size of the image's
    cells, leaves believable; the mask and the clicks always fit.
    """
    ys, xs = np.nonzero(mask)
    size = diameter
    if len(ys):
        own = 2 * float(np.sqrt(len(ys) / np.pi))
        size = float(np.clip(own, SMALLEST_RATIO * diameter, LARGEST_RATIO * diameter))
    low, high = np.min(points, axis=0), np.max(points, axis=0)
    if len(ys):
        low = np.minimum(low, (ys.min(), xs.min()))
        high = np.maximum(high, (ys.max(), xs.max()))
    extent = float((high - low).max()) + 1
    side = max(size * VIEW_SIDE / VIEW_DIAMETER, extent / EXTENT_SHARE, SMALLEST_SIDE)
    middle = (low + high) / 2
    n = int(np.ceil(side))
    return CloseUp(round(float(middle[0]) - n / 2), round(float(middle[1]) - n / 2), n)


def look(planes: AnyArray, at: CloseUp, *, is_image: bool = False) -> FloatArray:
    """Return planes (C, Y, X) of any dtype as the view (C, 96, 96) float32.

    Beyond the border an image repeats its last pixel, anything else is 0.
    """
    window = at.within(planes.shape[1:])
    part = planes[:, window.y0 : window.y1, window.x0 : window.x1].astype(np.float32)
    above, left = window.y0 - at.y0, window.x0 - at.x0
    below, right = at.side - above - part.shape[1], at.side - left - part.shape[2]
    around = ((0, 0), (max(above, 0), max(below, 0)), (max(left, 0), max(right, 0)))
    padded = np.pad(part, around, mode="edge" if is_image else "constant")
    view = F.interpolate(
        torch.from_numpy(padded)[None],
        (VIEW_SIDE, VIEW_SIDE),
        mode="bilinear",
        align_corners=False,
        antialias=at.side > VIEW_SIDE,
    )
    seen: FloatArray = view[0].numpy()
    return seen


def put_back(view: AnyArray, at: CloseUp, shape: tuple[int, int]) -> FloatArray:
    """Return a view (96, 96) as pixels of the plane (Y, X) float32, 0 beyond the square."""
    square = F.interpolate(
        torch.from_numpy(np.ascontiguousarray(view, np.float32))[None, None],
        (at.side, at.side),
        mode="bilinear",
        align_corners=False,
        antialias=at.side < VIEW_SIDE,
    )[0, 0].numpy()
    plane = np.zeros(shape, np.float32)
    w = at.within(shape)
    part = square[w.y0 - at.y0 : w.y1 - at.y0, w.x0 - at.x0 : w.x1 - at.x0]
    plane[w.y0 : w.y1, w.x0 : w.x1] = part
    return plane
