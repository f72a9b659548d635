"""What holds for a split by two clicks whatever the cell looks like."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage

from annotations.labels import operations
from annotations.labels.operations import Plane
from annotations.labels.seeded_split import split_by_seeds

SIDE = 22
DISCS = st.lists(
    st.tuples(st.integers(0, SIDE), st.integers(0, SIDE), st.integers(2, 7)),
    min_size=1,
    max_size=3,
)
SEEDS = st.tuples(st.integers(0, SIDE - 1), st.integers(0, SIDE - 1))


def plane_of(discs: list[tuple[int, int, int]]) -> Plane:
    """One cell of label 5, made of discs."""
    plane = np.zeros((SIDE, SIDE), dtype=np.uint32)
    for y, x, radius in discs:
        plane[operations.disc((y, x), radius, SIDE, SIDE)] = 5
    return plane


@given(DISCS, SEEDS, SEEDS)
def test_a_split_keeps_every_pixel_and_makes_two_whole_parts(
    discs: list[tuple[int, int, int]], first: tuple[int, int], second: tuple[int, int]
) -> None:
    plane = plane_of(discs)
    result = split_by_seeds(plane, 5, first, second, 9)
    assert np.array_equal(result > 0, plane > 0)
    is_split = 9 in result
    assert is_split == (first != second and plane[first] == 5 == plane[second])
    if not is_split or ndimage.label(plane)[1] > 1:
        return
    assert ndimage.label(result == 9)[1] == ndimage.label(result == 5)[1] == 1
    assert (result == 5).sum() >= (result == 9).sum()


@given(DISCS, SEEDS, SEEDS)
def test_the_order_of_the_clicks_does_not_matter(
    discs: list[tuple[int, int, int]], first: tuple[int, int], second: tuple[int, int]
) -> None:
    plane = plane_of(discs)
    forth = split_by_seeds(plane, 5, first, second, 9)
    assert np.array_equal(forth, split_by_seeds(plane, 5, second, first, 9))


def test_two_discs_are_cut_at_their_waist_wherever_they_are_clicked() -> None:
    plane = np.zeros((30, 60), dtype=np.uint32)
    plane[operations.disc((15, 15), 12, 30, 60) | operations.disc((15, 37), 11, 30, 60)] = 5
    expected = split_by_seeds(plane, 5, (15, 15), (15, 37), 9)
    columns = {int(row.argmax()) for row in (expected == 9) if row.any()}
    assert min(columns) >= 25
    for first, second in (((6, 10), (22, 45)), ((20, 8), (15, 48)), ((15, 20), (9, 34))):
        assert np.array_equal(split_by_seeds(plane, 5, first, second, 9), expected)
