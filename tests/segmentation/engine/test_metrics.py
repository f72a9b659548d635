"""Matching in one pass equals the slow definition."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from segmentation.engine.arrays import AnyArray
from segmentation.engine.metrics import overlaps, score

LABELS = hnp.arrays(
    np.uint32, st.tuples(st.integers(1, 9), st.integers(1, 9)), elements=st.integers(0, 4)
)


def slow_counts(predicted: AnyArray, true: AnyArray, threshold: float) -> tuple[int, int, int]:
    """Match by comparing every object with every other; above 0.5 matches are unique."""
    found = [predicted == label for label in np.unique(predicted) if label]
    wanted = [true == label for label in np.unique(true) if label]
    n_hits = sum(any((a & b).sum() / (a | b).sum() >= threshold for b in wanted) for a in found)
    return n_hits, len(found) - n_hits, len(wanted) - n_hits


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_counts_equal_those_of_the_definition(data: st.DataObject) -> None:
    true = data.draw(LABELS)
    predicted = data.draw(hnp.arrays(np.uint32, true.shape, elements=st.integers(0, 4)))
    for threshold in (0.6, 0.75, 0.9):
        scored = score(predicted, true, (threshold,))[0]
        counts = (scored.n_true_positives, scored.n_false_positives, scored.n_false_negatives)
        assert counts == slow_counts(predicted, true, threshold)


@given(LABELS)
@settings(max_examples=60, deadline=None)
def test_an_image_agrees_with_itself_under_any_numbering(labels: AnyArray) -> None:
    numbers = np.array([0, 70_000, 3, 9, 4_000_000_000], np.uint32)
    for scored in score(numbers[labels], labels):
        assert (scored.average_precision, scored.f1) == (1, 1)
        assert scored.panoptic_quality == pytest.approx(1)


def test_two_empty_images_agree_and_a_missed_cell_does_not() -> None:
    empty = np.zeros((5, 5), np.uint32)
    cell = empty.copy()
    cell[1:3, 1:3] = 7
    assert score(empty, empty)[0].average_precision == 1
    assert score(empty, cell)[0].average_precision == 0
    assert score(cell, empty)[0].n_false_positives == 1


def test_half_an_overlap_counts_at_a_half_and_each_object_once() -> None:
    true = np.array([[1, 1, 2, 2]], np.uint32)
    predicted = np.array([[1, 0, 0, 0]], np.uint32)
    assert score(predicted, true, (0.5,))[0].n_true_positives == 1
    merged = np.array([[5, 5, 5, 5]], np.uint32)
    scored = score(merged, true, (0.5,))[0]
    assert (scored.n_true_positives, scored.n_false_negatives) == (1, 1)


def test_panoptic_quality_is_f1_times_the_mean_overlap() -> None:
    true = np.zeros((10, 10), np.uint32)
    true[:4, :5] = 1
    predicted = np.zeros_like(true)
    predicted[:4, :4] = 1
    assert score(predicted, true)[0].panoptic_quality == pytest.approx(16 / 20)


def test_images_of_different_shape_are_refused() -> None:
    with pytest.raises(ValueError, match="differ"):
        overlaps(np.zeros((2, 3), np.uint32), np.zeros((3, 2), np.uint32))
