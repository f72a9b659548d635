"""Outlines as pixels: closed polygons, holes and ellipses, by the centres of pixels.

Coordinates are those of the programs that wrote them: (x, y), the corner of the first pixel at 0,
so its centre at 0.5. A pixel belongs to a polygon when its centre does, by the even-odd rule; a
centre exactly on a left or top side is inside, on a right or bottom side outside.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotations.labels.importing.entry import Unfit

Points = NDArray[np.float64]
"""Corners (N, 2) of x, y; the last is joined to the first."""
_CROSSINGS_AT_ONCE = 4_000_000
LARGEST_COORDINATE = 1e7

NO_NUMBER = (
    "A corner of an outline in this file is no number, or far outside of any image. Export the "
    "outlines again."
)


@dataclass(frozen=True)
class Pixels:
    """Pixels of one plane: `mask` (Y, X) at row y0, column x0. The mask may be empty."""

    y0: int
    x0: int
    mask: NDArray[np.bool_]
    is_cut: bool = False  # a part lies outside of the plane


def as_points(values: object) -> Points:
    """Corners from a list of pairs, or of x, y, x, y, ...; raises Unfit when they are none."""
    try:
        points = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        raise Unfit(NO_NUMBER) from None
    if points.ndim == 1 and points.size % 2 == 0:
        points = points.reshape(-1, 2)
    if points.ndim != 2 or points.shape[1] < 2:
        raise Unfit(NO_NUMBER)
    points = points[:, :2]
    if not (np.abs(points) <= LARGEST_COORDINATE).all():  # also false for nan
        raise Unfit(NO_NUMBER)
    return points


def filled(rings: Sequence[Points], height: int, width: int) -> Pixels:
    """The inside of rings taken together: what an odd number of them surrounds."""
    rings = [ring for ring in rings if len(ring) >= 3]
    if not rings:
        return Pixels(0, 0, np.zeros((0, 0), dtype=bool))
    low = np.min([ring.min(axis=0) for ring in rings], axis=0)
    high = np.max([ring.max(axis=0) for ring in rings], axis=0)
    is_cut = bool((low < 0).any() or high[0] > width or high[1] > height)
    x0, x1 = (int(np.clip(value, 0, width)) for value in (np.floor(low[0]), np.ceil(high[0])))
    y0, y1 = (int(np.clip(value, 0, height)) for value in (np.floor(low[1]), np.ceil(high[1])))
    turns = np.zeros((y1 - y0, x1 - x0 + 1), dtype=bool)
    for ring in rings:
        _turn(turns, ring - 0.5, y0, x0)
    inside = np.logical_xor.accumulate(turns, axis=1)[:, :-1]
    return Pixels(y0, x0, inside, is_cut)


def ellipse(
    center: tuple[float, float], radii: tuple[float, float], angle: float, height: int, width: int
) -> Pixels:
    """The pixels whose centres lie in an ellipse; `angle` of the first radius in radians."""
    reach_x = float(np.hypot(radii[0] * np.cos(angle), radii[1] * np.sin(angle)))
    reach_y = float(np.hypot(radii[0] * np.sin(angle), radii[1] * np.cos(angle)))
    x0, x1 = np.floor(center[0] - reach_x), np.ceil(center[0] + reach_x)
    y0, y1 = np.floor(center[1] - reach_y), np.ceil(center[1] + reach_y)
    is_cut = bool(x0 < 0 or y0 < 0 or x1 > width or y1 > height)
    columns, rows = np.clip((x0, x1), 0, width), np.clip((y0, y1), 0, height)
    y, x = np.ogrid[int(rows[0]) : int(rows[1]), int(columns[0]) : int(columns[1])]
    dx, dy = x + 0.5 - center[0], y + 0.5 - center[1]
    along = (dx * np.cos(angle) + dy * np.sin(angle)) / max(radii[0], 1e-9)
    across = (dy * np.cos(angle) - dx * np.sin(angle)) / max(radii[1], 1e-9)
    return Pixels(int(rows[0]), int(columns[0]), along**2 + across**2 <= 1, is_cut)


def joined(parts: Sequence[Pixels]) -> Pixels:
    """All pixels that any of the parts has."""
    parts = [part for part in parts if part.mask.size] or list(parts[:1])
    if len(parts) == 1:
        return parts[0]
    y0, x0 = min(part.y0 for part in parts), min(part.x0 for part in parts)
    y1 = max(part.y0 + part.mask.shape[0] for part in parts)
    x1 = max(part.x0 + part.mask.shape[1] for part in parts)
    mask = np.zeros((y1 - y0, x1 - x0), dtype=bool)
    for part in parts:
        rows, columns = part.mask.shape
        top, left = part.y0 - y0, part.x0 - x0
        mask[top : top + rows, left : left + columns] |= part.mask
    return Pixels(y0, x0, mask, any(part.is_cut for part in parts))


def _turn(turns: NDArray[np.bool_], ring: Points, y0: int, x0: int) -> None:
    """Flip `turns` where a row goes in or out of a ring with pixel centres at whole numbers.

    A side counts for rows y with upper <= y < lower, and turns the pixels strictly left of it.
    """
    after = np.roll(ring, -1, axis=0)
    is_down = ring[:, 1] <= after[:, 1]
    upper, lower = np.where(is_down[:, None], ring, after), np.where(is_down[:, None], after, ring)
    first = np.clip(np.ceil(upper[:, 1]), y0, y0 + len(turns)).astype(np.int64)
    stop = np.clip(np.ceil(lower[:, 1]), y0, y0 + len(turns)).astype(np.int64)
    n_rows = np.maximum(stop - first, 0)
    sides = np.flatnonzero(n_rows)
    for part in _parts(sides, n_rows[sides]):
        counts = n_rows[part]
        side = np.repeat(part, counts)
        row = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts) + first[side]
        (ax, ay), (bx, by) = upper[side].T, lower[side].T
        crossing = ax + (row - ay) * (bx - ax) / (by - ay)
        n_left = np.clip(np.ceil(crossing) - x0, 0, turns.shape[1] - 1).astype(np.int64)
        _flip(turns, row - y0, n_left)
        _flip(turns, row - y0, np.zeros_like(n_left))


def _parts(sides: NDArray[np.int64], n_rows: NDArray[np.int64]) -> Sequence[NDArray[np.int64]]:
    """Cut a list of sides so that no part crosses too many rows at once."""
    parts = np.cumsum(n_rows) // _CROSSINGS_AT_ONCE
    return np.split(sides, np.flatnonzero(np.diff(parts)) + 1) if sides.size else []


def _flip(turns: NDArray[np.bool_], rows: NDArray[np.int64], columns: NDArray[np.int64]) -> None:
    places, counts = np.unique(rows * turns.shape[1] + columns, return_counts=True)
    flat = turns.reshape(-1)
    flat[places[counts % 2 == 1]] ^= True
