"""Which cells have no pixels left, from the log alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

from annotations.labels.patch import Patch

Areas = NDArray[np.int64]
ROWS_AT_ONCE = 512


def vanished_labels(
    labels: Iterable[int],
    patches: Iterable[Patch],
    base: Callable[[], Iterable[NDArray[np.uint32]]],
) -> set[int]:
    """Return those of the labels whose every pixel the patches took away.

    ``base`` gives the planes (Y, X) before the first patch; it is called only when some label has
    lost pixels that it may have had there.
    """
    wanted = np.unique(np.fromiter(labels, np.uint32))
    won, has_lost = _won(wanted, patches)
    if not has_lost.any():
        return set()
    area = won.copy()
    for plane in base():
        for start in range(0, len(plane), ROWS_AT_ONCE):
            rows = plane[start : start + ROWS_AT_ONCE]
            area += _areas(wanted, rows.ravel(), np.ones(1, np.int64))
    return set(wanted[has_lost & (area == 0)].tolist())


def _won(wanted: NDArray[np.uint32], patches: Iterable[Patch]) -> tuple[Areas, NDArray[np.bool_]]:
    """How many pixels each label won, less those that it lost, and whether it lost any."""
    won = np.zeros(wanted.size, np.int64)
    has_lost = np.zeros(wanted.size, bool)
    for patch in patches:
        _, lengths, before, after = patch.runs.T
        lost = _areas(wanted, before, lengths)
        has_lost |= lost > 0
        won += _areas(wanted, after, lengths) - lost
    return won, has_lost


def _areas(wanted: NDArray[np.uint32], labels: NDArray[np.uint32], weights: Areas) -> Areas:
    """The sum of the weights of each wanted label (ascending)."""
    place = np.searchsorted(wanted, labels).clip(max=wanted.size - 1)
    is_wanted = wanted[place] == labels
    counted = np.broadcast_to(weights, labels.shape)[is_wanted]
    return np.bincount(place[is_wanted], counted, wanted.size).astype(np.int64)
