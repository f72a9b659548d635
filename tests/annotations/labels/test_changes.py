"""Which cells are no longer as they were."""

from __future__ import annotations

import numpy as np

from annotations.labels.changes import changed_labels

BEFORE = np.array([[1, 1, 0, 2, 2, 3]], np.uint32)


def changed(*after: int) -> set[int]:
    """The labels that differ in one row."""
    return changed_labels([BEFORE], [np.array([after], np.uint32)])


def test_cells_that_win_or_lose_pixels_are_changed() -> None:
    assert changed(1, 1, 1, 2, 2, 3) == {1}
    assert changed(1, 1, 0, 2, 3, 3) == {2, 3}
    assert changed(1, 0, 0, 2, 2, 3) == {1}


def test_cells_that_are_drawn_or_deleted_are_changed() -> None:
    assert changed(1, 1, 9, 2, 2, 3) == {9}
    assert changed(1, 1, 0, 0, 0, 3) == {2}


def test_equal_pixels_are_no_change() -> None:
    assert changed(1, 1, 0, 2, 2, 3) == set()
