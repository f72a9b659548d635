"""Make any mask one cell that keeps what the clicks said."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from scipy import ndimage

from segmentation.engine.arrays import AnyArray

Point = tuple[float, float]
Pixel = tuple[int, int]
CORNERS_TOUCH = ndimage.generate_binary_structure(2, 2)


def one_cell(
    mask: AnyArray,
    inside: Sequence[Point],
    removed: Sequence[Point],
    free: AnyArray,
    bridge_px: int = 1,
) -> AnyArray:
    """Return the one connected cell (Y, X) bool of a mask that the points (y, x) mean.

    It lies where it is `free`, holds none of the `removed` points, and has no holes but those
    that these make. Points `inside` that the mask misses, and parts of it under several points,
    are joined by strips of `bridge_px` pixels to each side; what cannot be joined is left out,
    the first point last. An empty mask stays empty.
    """
    if not mask.any():
        return np.zeros(mask.shape, bool)
    wanted = [pixel_of(point, mask.shape) for point in inside]
    cell = _reaching(mask, wanted, bridge_px)
    cell = ndimage.binary_fill_holes(bridged(cell, wanted, bridge_px))
    for point in removed:
        y, x = pixel_of(point, mask.shape)
        cell[max(0, y - 1) : y + 2, max(0, x - 1) : x + 2] = False
    taken_back = {pixel_of(point, mask.shape) for point in removed}
    for pixel in wanted:
        cell[pixel] = pixel not in taken_back
    return _part_of(cell & free, wanted)


def pixel_of(point: Point, shape: tuple[int, ...]) -> Pixel:
    """Return the pixel of the plane (Y, X) that is nearest to a point (y, x)."""
    y, x = round(point[0]), round(point[1])
    return min(max(y, 0), shape[0] - 1), min(max(x, 0), shape[1] - 1)


def bridged(mask: AnyArray, pixels: Sequence[Pixel], radius: int) -> AnyArray:
    """Join the parts of a mask that lie under several pixels, in the order of the pixels."""
    parts, n_parts = ndimage.label(mask, CORNERS_TOUCH)
    if n_parts <= 1:
        return mask
    joined: AnyArray = mask.copy()
    for a, b in pairwise(pixels):
        if parts[a] == 0 or parts[a] != parts[b]:
            _draw_strip(joined, a, b, radius)
    return joined


def _reaching(mask: AnyArray, pixels: Sequence[Pixel], radius: int) -> AnyArray:
    """Return a copy of the mask that reaches the pixels it misses."""
    reaching: AnyArray = mask.copy()
    missed = [pixel for pixel in pixels if not mask[pixel]]
    if missed:
        ys, xs = np.nonzero(mask)
        for y, x in missed:
            nearest = int(np.argmin((ys - y) ** 2 + (xs - x) ** 2))
            _draw_strip(reaching, (y, x), (int(ys[nearest]), int(xs[nearest])), radius)
    return reaching


def _draw_strip(mask: AnyArray, a: Pixel, b: Pixel, radius: int) -> None:
    """Set a strip of a mask from pixel to pixel, in place."""
    n = max(abs(b[0] - a[0]), abs(b[1] - a[1])) + 1
    for y, x in zip(np.linspace(a[0], b[0], n), np.linspace(a[1], b[1], n), strict=True):
        row, column = round(float(y)), round(float(x))
        top, left = max(0, row - radius), max(0, column - radius)
        mask[top : row + radius + 1, left : column + radius + 1] = True


def _part_of(mask: AnyArray, pixels: Sequence[Pixel]) -> AnyArray:
    """Return the part of a mask under the first pixel that lies in one, else the largest."""
    parts, n_parts = ndimage.label(mask, CORNERS_TOUCH)
    if n_parts <= 1:
        return mask
    numbers = [int(parts[pixel]) for pixel in pixels if parts[pixel] > 0]
    chosen = numbers[0] if numbers else 1 + int(np.argmax(np.bincount(parts.ravel())[1:]))
    part: AnyArray = parts == chosen
    return part
