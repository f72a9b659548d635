"""Regions to ignore: the same inside as the lasso's, whatever their shape."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from annotations.labels import operations, regions
from annotations.labels.measure import measure_plane

HEIGHT, WIDTH = 20, 24
eighths = st.integers(-40, 240).map(lambda value: value / 8)
polygons = st.lists(st.tuples(eighths, eighths), min_size=3, max_size=9)


@given(polygons)
def test_the_inside_is_that_of_the_lasso(points: list[tuple[float, float]]) -> None:
    expected = operations.polygon(points, HEIGHT, WIDTH)
    assert np.array_equal(regions.covered_by([points], (HEIGHT, WIDTH)), expected)
    y, x = (axis.ravel().astype(float) for axis in np.mgrid[:HEIGHT, :WIDTH])
    assert np.array_equal(regions.holds(points, y, x), expected.ravel())


@given(polygons, polygons)
def test_what_several_regions_cover_is_covered_once(
    one: list[tuple[float, float]], two: list[tuple[float, float]]
) -> None:
    shape = (HEIGHT, WIDTH)
    both = regions.covered_by([one], shape) | regions.covered_by([two], shape)
    assert np.array_equal(regions.covered_by([one, two], shape), both)


def test_a_region_outside_the_plane_covers_nothing() -> None:
    far = [(100.0, 100.0), (100.0, 120.0), (120.0, 110.0)]
    assert not regions.covered_by([far], (HEIGHT, WIDTH)).any()
    assert regions.inside_of(far, regions.box_of(far, (HEIGHT, WIDTH))).size == 0


def test_a_cell_lies_where_its_centroid_does_and_counts_for_the_first_region() -> None:
    labels = np.zeros((HEIGHT, WIDTH), np.uint32)
    labels[2:6, 2:6] = 3
    labels[2:6, 8:20] = 5
    labels[12:14, 2:4] = 9
    left = [(-1.0, -1.0), (-1.0, 9.0), (10.0, 9.0), (10.0, -1.0)]
    wide = [(-1.0, -1.0), (-1.0, 22.0), (10.0, 22.0), (10.0, -1.0)]
    table = measure_plane(labels)
    assert regions.region_of_cells(table, [left]).tolist() == [0, -1, -1]
    assert regions.region_of_cells(table, [left, wide]).tolist() == [0, 1, -1]
