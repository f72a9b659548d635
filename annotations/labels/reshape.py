"""Grow, shrink and smooth cells by their outline; the viewer does exactly the same.

Like `annotations.labels.operations`: (Y, X) uint32 planes, nothing is changed in place, whole
numbers only, and `tests/golden/operations.json` holds Python and TypeScript to the same pixels.
Beyond the edge of the plane nothing is known, so it neither takes nor gives.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from annotations.labels.operations import Mask, Plane

_FOUR_NEIGHBORS = ((-1, 0), (0, -1), (0, 1), (1, 0))
_WINDOW = tuple((dy, dx) for dy in range(-2, 3) for dx in range(-2, 3) if abs(dy) + abs(dx) < 4)
_NOBODY = np.iinfo(np.uint32).max


def grow(plane: Plane, labels: Collection[int], protect_others: bool) -> Plane:
    """Let ``labels`` grow by one pixel to all four sides (the distance of 1 of `expand_labels`
    in scikit-image).

    A pixel beside several of them goes to the smallest label. With ``protect_others`` only
    background is taken, otherwise pixels of all cells that are not among ``labels``.
    """
    is_own = _is_one_of(plane, labels)
    owner = np.where(is_own, plane, np.uint32(_NOBODY))
    nearest = np.minimum.reduce([_moved(owner, *step, _NOBODY) for step in _FOUR_NEIGHBORS])
    is_free = plane == 0 if protect_others else ~is_own
    return np.where(is_free & (nearest != _NOBODY), nearest, plane)


def shrink(plane: Plane, labels: Collection[int]) -> Plane:
    """Take from ``labels`` every pixel that has something else at one of its four sides.

    A cell that would vanish or fall apart by it stays as it is.
    """
    is_rim = np.zeros(plane.shape, dtype=bool)
    for step in _FOUR_NEIGHBORS:
        is_inside = _moved(np.ones(plane.shape, dtype=bool), *step, False)
        is_rim |= is_inside & (_moved(plane, *step, 0) != plane)
    after = np.where(is_rim & _is_one_of(plane, labels), np.uint32(0), plane)
    return _without_broken(plane, after, labels)


def smooth(plane: Plane, labels: Collection[int]) -> Plane:
    """Smooth the outlines of ``labels`` against the background (a median filter of 21 pixels).

    A pixel of them becomes background where more than half of the pixels around it (5 x 5 without
    the corners) are background; background becomes one of them where more than half are of that
    label. A cell that would vanish or fall apart stays as it is; other cells do not change.
    """
    around = [_moved(plane, dy, dx, 0) for dy, dx in _WINDOW]
    is_inside = [_moved(np.ones(plane.shape, dtype=bool), dy, dx, False) for dy, dx in _WINDOW]
    n_inside = np.sum(is_inside, axis=0)

    def is_most(label: int) -> Mask:
        pairs = zip(around, is_inside, strict=True)
        n_same = np.sum([(values == label) & known for values, known in pairs], axis=0)
        most: Mask = 2 * n_same > n_inside
        return most

    after = np.where(_is_one_of(plane, labels) & is_most(0), np.uint32(0), plane)
    for label in labels:
        after[(plane == 0) & is_most(label)] = label
    return _without_broken(plane, after, labels)


def broken(before: Plane, after: Plane, labels: Collection[int]) -> list[int]:
    """Those of ``labels`` that have no pixel left, or more 4-connected pieces than they had."""
    n_before = {label: _n_pieces(before, label) for label in labels}
    n_after = {label: _n_pieces(after, label) for label in labels}
    return sorted(label for label, n in n_before.items() if n > 0 and not 0 < n_after[label] <= n)


def _without_broken(before: Plane, after: Plane, labels: Collection[int]) -> Plane:
    """Give the cells that an operation would break their pixels back."""
    lost = broken(before, after, labels)
    return np.where(_is_one_of(before, lost) | _is_one_of(after, lost), before, after)


def _n_pieces(plane: Plane, label: int) -> int:
    return int(ndimage.label(plane == label)[1])


def _is_one_of(plane: Plane, labels: Collection[int]) -> Mask:
    return np.isin(plane, np.array(sorted(labels), dtype=np.uint32))


def _moved(plane: NDArray[Any], dy: int, dx: int, outside: int) -> NDArray[Any]:
    """What lies ``(dy, dx)`` from every pixel; ``outside`` beyond the edge."""
    height, width = plane.shape
    padded = np.pad(plane, 2, constant_values=outside)
    return padded[2 + dy : 2 + dy + height, 2 + dx : 2 + dx + width]
