"""Outlines are the pixels of an object that meet something else."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from annotations.labels.outlines import draw_outlines, outline_mask


@given(
    arrays.arrays(
        np.uint32,
        st.tuples(st.integers(1, 9), st.integers(1, 9)),
        elements=st.sampled_from([0, 1, 2]),
    )
)
def test_an_outline_pixel_differs_from_a_direct_neighbour(plane: NDArray[np.uint32]) -> None:
    mask = outline_mask(plane)
    height, width = plane.shape
    for y, x in np.ndindex(height, width):
        around = [(y - 1, x), (y + 1, x), (y, x - 1), (y, x + 1)]
        inside = [(v, u) for v, u in around if 0 <= v < height and 0 <= u < width]
        expected = plane[y, x] != 0 and any(plane[near] != plane[y, x] for near in inside)
        assert mask[y, x] == expected


def test_outlines_are_drawn_on_a_copy() -> None:
    plane = np.zeros((5, 5), dtype=np.uint32)
    plane[1:4, 1:4] = 8
    picture = np.full((5, 5, 3), 10, dtype=np.uint8)
    drawn = draw_outlines(picture, plane, color=(255, 0, 0))
    assert (picture == 10).all()
    assert drawn[1, 1].tolist() == [255, 0, 0]
    assert drawn[2, 2].tolist() == [10, 10, 10]
    assert drawn[0, 0].tolist() == [10, 10, 10]
