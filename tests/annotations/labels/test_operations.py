"""What holds for the drawing tools whatever is drawn."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage

from annotations.labels import operations

SIDE = 14
COORDINATES = st.integers(-16, 8 * SIDE + 16).map(lambda eighths: eighths / 8)
POINTS = st.tuples(COORDINATES, COORDINATES)
RADII = st.integers(0, 40).map(lambda eighths: eighths / 8)


@given(POINTS, RADII)
def test_a_click_of_the_brush_is_a_disc(center: tuple[float, float], radius: float) -> None:
    click = operations.stroke([center], radius, SIDE, SIDE)
    assert np.array_equal(click, operations.disc(center, radius, SIDE, SIDE))


@given(st.lists(POINTS, min_size=2, max_size=4), RADII)
def test_a_stroke_does_not_depend_on_its_direction(
    points: list[tuple[float, float]], radius: float
) -> None:
    forth = operations.stroke(points, radius, SIDE, SIDE)
    assert np.array_equal(forth, operations.stroke(points[::-1], radius, SIDE, SIDE))


@given(st.floats(0, SIDE - 1), st.floats(0, SIDE - 1))
def test_a_cut_from_edge_to_edge_always_separates(top: float, bottom: float) -> None:
    plane = np.ones((SIDE, SIDE + 40), dtype=np.uint32)
    cut = operations.line([(-1, top + 5), (SIDE, bottom + 5)], *plane.shape)
    _, n_parts = ndimage.label(~cut)
    assert n_parts == 2
    result = operations.split_by_line(plane, 1, [(-1, top + 5), (SIDE, bottom + 5)], [7])
    assert set(np.unique(result).tolist()) == {1, 7}
    assert result[0, -1] == 1, "the larger part keeps the label"


@given(st.lists(POINTS, min_size=3, max_size=6))
def test_a_lasso_does_not_depend_on_its_direction_or_start(
    points: list[tuple[float, float]],
) -> None:
    inside = operations.polygon(points, SIDE, SIDE)
    assert np.array_equal(inside, operations.polygon(points[::-1], SIDE, SIDE))
    assert np.array_equal(inside, operations.polygon(points[1:] + points[:1], SIDE, SIDE))


@given(st.integers(1, 8 * SIDE - 8))
def test_two_lassos_that_share_a_side_share_no_pixel(eighths: int) -> None:
    x = eighths / 8
    left = operations.polygon([(1, 0), (1, x), (9, x), (9, 0)], SIDE, SIDE)
    right = operations.polygon([(1, x), (1, SIDE - 1), (9, SIDE - 1), (9, x)], SIDE, SIDE)
    assert not (left & right).any()
    whole = operations.polygon([(1, 0), (1, SIDE - 1), (9, SIDE - 1), (9, 0)], SIDE, SIDE)
    assert np.array_equal(left | right, whole)


def test_a_cut_without_enough_new_labels_is_refused() -> None:
    plane = np.ones((3, 9), dtype=np.uint32)
    with pytest.raises(ValueError, match="too few new labels"):
        operations.split_by_line(plane, 1, [(-1, 4), (3, 4)], [])


def test_filling_holes_of_a_crop_equals_filling_holes_of_the_plane() -> None:
    plane = np.zeros((9, 9), dtype=np.uint32)
    plane[2:7, 3:8] = 4
    plane[4, 5] = 0
    whole = operations.fill_holes(plane, 4)
    crop = operations.fill_holes(plane[2:7, 3:8], 4)
    assert np.array_equal(whole[2:7, 3:8], crop)
    assert crop[2, 2] == 4
