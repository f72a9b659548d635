"""Cells without pixels, told from the log."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from annotations.labels import patch as patches
from annotations.labels.vanished import vanished_labels

LABELS = range(1, 7)
Plane = NDArray[np.uint32]


def test_the_base_is_not_read_while_nothing_was_taken_away() -> None:
    def base() -> Iterator[Plane]:
        pytest.fail("the base was read")
        yield

    blank = np.zeros((4, 4), np.uint32)
    drawn = patches.difference(blank, blank + 5, 0, 0)
    assert drawn is not None
    assert vanished_labels([5, 9], [drawn], base) == set()


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 8))
def test_they_are_those_that_the_pixels_no_longer_show(seed: int, n_edits: int) -> None:
    rng = np.random.default_rng(seed)
    base = rng.integers(0, 5, (2, 6, 7)).astype(np.uint32)
    now, log = base.copy(), []
    for _ in range(n_edits):
        z, label = rng.integers(0, 2), rng.integers(0, 7)
        y, x = rng.integers(0, 4), rng.integers(0, 5)
        after = now[z].copy()
        after[y : y + rng.integers(1, 7), x : x + rng.integers(1, 8)] = label
        change = patches.difference(now[z], after, 0, int(z))
        if change is not None:
            log.append(change)
        now[z] = after
    shown = {int(label) for label in np.unique(now)}
    # A label that was never there has not vanished.
    ever = {int(label) for label in np.unique(base)}
    ever |= {int(label) for change in log for label in change.runs[:, 3]}
    expected = {label for label in LABELS if label in ever and label not in shown}
    assert vanished_labels(LABELS, log, lambda: base) == expected
