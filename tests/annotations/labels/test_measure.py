"""The numbers equal scikit-image's, whatever the objects look like."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray
from scipy import ndimage
from skimage.measure import regionprops_table

from annotations.labels.definitions import OBJECT_DEFINITIONS, channel_definitions
from annotations.labels.measure import measure_plane, summarize_plane

Plane = NDArray[np.uint32]
OURS = {
    "label": "label",
    "area": "area_px",
    "bbox-0": "bbox_y0",
    "bbox-1": "bbox_x0",
    "bbox-2": "bbox_y1",
    "bbox-3": "bbox_x1",
    "centroid-0": "centroid_y_px",
    "centroid-1": "centroid_x_px",
    "axis_major_length": "major_axis_px",
    "axis_minor_length": "minor_axis_px",
    "eccentricity": "eccentricity",
    "perimeter": "perimeter_px",
    "perimeter_crofton": "perimeter_crofton_px",
    "area_convex": "area_convex_px",
    "solidity": "solidity",
}
PROPERTIES = [
    "label", "area", "bbox", "centroid", "axis_major_length", "axis_minor_length", "eccentricity",
    "orientation", "perimeter", "perimeter_crofton", "area_convex", "solidity",
]  # fmt: skip


def noise_planes() -> st.SearchStrategy[Plane]:
    """Crumbs and lines: each label is in many pieces."""
    return arrays.arrays(
        np.uint32,
        st.tuples(st.integers(1, 14), st.integers(1, 14)),
        elements=st.sampled_from([0, 0, 1, 2, 7]),
    )


@st.composite
def blob_planes(draw: st.DrawFn) -> Plane:
    """Smooth touching objects with labels far apart, as a segmentation gives."""
    seed = draw(st.integers(0, 10_000))
    sigma = draw(st.sampled_from([1.0, 2.0, 3.5]))
    field = ndimage.gaussian_filter(np.random.default_rng(seed).normal(size=(40, 47)), sigma)
    parts, n_parts = ndimage.label(field > 0)
    names = np.random.default_rng(seed + 1).permutation(np.arange(1, n_parts + 1)) * 1000
    return np.concatenate(([0], names))[parts].astype(np.uint32)


def assert_equal_to_scikit_image(plane: Plane) -> None:
    theirs = regionprops_table(plane.astype(np.int64), properties=PROPERTIES)
    ours = measure_plane(plane)
    for name, column in OURS.items():
        np.testing.assert_allclose(ours[column], theirs[name], rtol=1e-9, atol=1e-6, err_msg=name)
    assert_same_orientation(ours, theirs["orientation"])


def assert_same_orientation(ours: dict[str, Any], theirs: NDArray[np.float64]) -> None:
    """Directions, so modulo pi; an object as wide as it is long has none."""
    has_direction = ours["eccentricity"] > 1e-3
    turn = (ours["orientation_rad"] - theirs)[has_direction]
    np.testing.assert_allclose(np.sin(turn), 0, atol=1e-6)


@given(noise_planes())
def test_crumbs_and_lines_measure_as_in_scikit_image(plane: Plane) -> None:
    assert_equal_to_scikit_image(plane)


@given(blob_planes())
@settings(max_examples=25)
def test_blobs_measure_as_in_scikit_image(plane: Plane) -> None:
    assert_equal_to_scikit_image(plane)


@pytest.mark.parametrize(
    "points",
    [
        [(0, 0)],
        [(3, 3)],
        [(2, x) for x in range(7)],
        [(y, 5) for y in range(6)],
        [(i, i) for i in range(6)],
        [(0, 0), (5, 6)],
        [(y, x) for y in range(2) for x in range(2)],
    ],
    ids=["corner", "one pixel", "row", "column", "diagonal", "two far pixels", "square"],
)
def test_the_smallest_objects_measure_as_in_scikit_image(points: list[tuple[int, int]]) -> None:
    plane = np.zeros((6, 7), dtype=np.uint32)
    plane[tuple(np.transpose(points))] = 1
    assert_equal_to_scikit_image(plane)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
@given(plane=noise_planes(), seed=st.integers(0, 1000))
@settings(max_examples=30)
def test_intensities_are_those_of_numpy_on_the_pixels_of_each_object(
    dtype: type[np.generic], plane: Plane, seed: int
) -> None:
    values = np.random.default_rng(seed).uniform(0, 250, size=(2, *plane.shape)).astype(dtype)
    table = measure_plane(plane, values)
    for row, label in enumerate(table["label"]):
        for channel in (0, 1):
            own = values[channel][plane == label].astype(np.float64)
            expected = [own.mean(), own.std(), own.min(), own.max(), np.median(own), own.sum()]
            names = ("mean", "sd", "min", "max", "median", "sum")
            found = [table[f"channel_{channel + 1}_{name}"][row] for name in names]
            np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12)


def test_the_largest_label_is_measured_like_any_other() -> None:
    plane = np.zeros((6, 7), dtype=np.uint32)
    plane[2:4, 3:6] = 1
    small, large = measure_plane(plane), measure_plane(plane * np.uint32(2**32 - 1))
    assert large.pop("label").tolist() == [2**32 - 1]
    assert small.pop("label").tolist() == [1]
    assert {name: column.tolist() for name, column in large.items()} == {
        name: column.tolist() for name, column in small.items()
    }


def test_an_empty_plane_has_all_the_columns_no_row_and_counts_0_cells() -> None:
    plane = np.zeros((20, 30), dtype=np.uint32)
    table = measure_plane(plane, np.zeros((1, 20, 30), np.uint16), (0.5, 0.5))
    summary = summarize_plane(table, plane.shape, (0.5, 0.5))

    assert {column.size for column in table.values()} == {0}
    assert summary.n_cells == 0
    assert summary.density_per_mm2 == 0
    assert summary.confluency_percent == 0
    assert summary.medians["area_um2"] is None


def test_micrometers_follow_the_pixel_size() -> None:
    plane = np.zeros((20, 30), dtype=np.uint32)
    plane[4:10, 5:20] = 3
    table = measure_plane(plane, pixel_size_um=(0.5, 0.5))

    assert table["area_um2"][0] == 6 * 15 * 0.25
    assert table["centroid_y_um"][0] == 6.5 * 0.5
    assert table["perimeter_um"][0] == table["perimeter_px"][0] * 0.5
    assert table["major_axis_um"][0] == pytest.approx(table["major_axis_px"][0] * 0.5)


def test_without_a_pixel_size_there_is_no_column_in_micrometers() -> None:
    table = measure_plane(np.ones((3, 3), dtype=np.uint32))
    assert not [name for name in table if name.endswith(("_um", "_um2"))]
    summary = summarize_plane(table, (3, 3))
    assert summary.density_per_mm2 is None
    assert summary.plane_area_mm2 is None


def test_pixels_that_are_not_square_give_the_true_shape_and_no_perimeter() -> None:
    plane = np.zeros((20, 30), dtype=np.uint32)
    plane[5:15, 5:10] = 1  # 10 px of 0.5 µm by 5 px of 1 µm: as wide as it is long
    table = measure_plane(plane, pixel_size_um=(0.5, 1.0))
    theirs = regionprops_table(
        plane.astype(int), properties=["axis_major_length", "eccentricity"], spacing=(0.5, 1.0)
    )

    assert table["area_um2"][0] == 25
    assert table["major_axis_um"][0] == pytest.approx(theirs["axis_major_length"][0])
    assert table["eccentricity"][0] == pytest.approx(theirs["eccentricity"][0])
    assert np.isnan(table["perimeter_um"][0])
    assert np.isnan(table["circularity"][0])
    assert table["perimeter_px"][0] > 0


def test_a_large_disc_has_circularity_1_and_knows_that_it_stays_off_the_edge() -> None:
    y, x = np.ogrid[:401, :401]
    disc = ((y - 200) ** 2 + (x - 200) ** 2 <= 180**2).astype(np.uint32)
    table = measure_plane(disc)
    assert table["circularity"][0] == pytest.approx(1, abs=0.01)
    assert table["touches_edge"][0] == 0


def test_objects_on_each_side_of_the_image_touch_its_edge() -> None:
    plane = np.zeros((9, 9), dtype=np.uint32)
    plane[0, 4], plane[8, 4], plane[4, 0], plane[4, 8], plane[4, 4] = 1, 2, 3, 4, 5
    assert measure_plane(plane)["touches_edge"].tolist() == [1, 1, 1, 1, 0]


def test_the_summary_adds_up() -> None:
    plane = np.zeros((100, 100), dtype=np.uint32)
    plane[0:10, 0:10], plane[50:70, 50:70] = 1, 9
    image = np.full((1, 100, 100), 7, dtype=np.uint8)
    summary = summarize_plane(measure_plane(plane, image, (2.0, 2.0)), (100, 100), (2.0, 2.0))

    assert (summary.n_cells, summary.n_cells_touching_edge) == (2, 1)
    assert summary.confluency_percent == 5
    assert summary.plane_area_mm2 == pytest.approx(0.04)
    assert summary.density_per_mm2 == pytest.approx(50)
    assert summary.medians["area_um2"] == (400 + 1600) / 2
    assert summary.medians["channel_1_mean"] == 7


def test_an_image_of_another_size_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match="3 x 4 pixels, but the labels are 3 x 3"):
        measure_plane(np.ones((3, 3), dtype=np.uint32), np.zeros((1, 3, 4), dtype=np.uint8))


def test_every_column_is_defined_and_in_the_order_of_the_definitions() -> None:
    plane = np.ones((3, 3), dtype=np.uint32)
    table = measure_plane(plane, np.zeros((2, 3, 3), np.uint8), (1.0, 1.0))
    channels = channel_definitions(1, "DAPI") + channel_definitions(2, "GFP")
    defined = [definition.name for definition in (*OBJECT_DEFINITIONS, *channels)]
    assert list(table) == defined
