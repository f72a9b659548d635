"""What holds for growing, shrinking and smoothing whatever the cells look like."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from skimage.segmentation import expand_labels

from annotations.labels import operations, reshape
from annotations.labels.operations import Plane

SIDE = 20
DISCS = st.lists(
    st.tuples(st.integers(0, SIDE), st.integers(0, SIDE), st.integers(1, 6)), max_size=6
)
CHOICES = st.sets(st.integers(1, 6))


def plane_of(discs: list[tuple[int, int, int]]) -> Plane:
    """Round cells that may touch."""
    plane = np.zeros((SIDE, SIDE), dtype=np.uint32)
    for label, (y, x, radius) in enumerate(discs, start=1):
        mask = operations.disc((y, x), radius, SIDE, SIDE)
        plane = operations.paint(plane, mask, label, protect_others=True)
    return plane


@given(DISCS)
def test_growing_all_cells_takes_the_pixels_that_scikit_image_takes(
    discs: list[tuple[int, int, int]],
) -> None:
    plane = plane_of(discs)
    grown = reshape.grow(plane, set(range(1, 7)), protect_others=True)
    assert np.array_equal(grown > 0, expand_labels(plane, distance=1) > 0)


@given(DISCS, CHOICES)
def test_cells_that_are_not_meant_keep_every_pixel(
    discs: list[tuple[int, int, int]], labels: set[int]
) -> None:
    plane = plane_of(discs)
    is_other = (plane > 0) & ~np.isin(plane, sorted(labels))
    for result in (
        reshape.grow(plane, labels, protect_others=True),
        reshape.shrink(plane, labels),
        reshape.smooth(plane, labels),
    ):
        assert np.array_equal(result[is_other], plane[is_other])
        assert np.array_equal(
            np.unique(result[~is_other & (result > 0)]),
            np.unique(result[np.isin(result, sorted(labels))]),
        )


@given(DISCS, CHOICES)
def test_no_cell_vanishes_or_falls_apart(
    discs: list[tuple[int, int, int]], labels: set[int]
) -> None:
    plane = plane_of(discs)
    for result in (reshape.shrink(plane, labels), reshape.smooth(plane, labels)):
        assert reshape.broken(plane, result, labels) == []
        assert np.array_equal(np.unique(result[result > 0]), np.unique(plane[plane > 0]))
