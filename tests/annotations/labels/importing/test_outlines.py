"""Outlines become the pixels whose centres lie inside; COCO, GeoJSON and ROIs draw the same."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from annotations.labels.importing.entry import Unfit
from annotations.labels.importing.outlines import Pixels, as_points, ellipse, filled
from annotations.labels.importing.run_lengths import decoded
from annotations.labels.importing.setting_aside import polygons_around
from annotations.labels.operations import polygon
from annotations.labels.regions import covered_by
from tests.annotations.labels.importing.proposed import only_one, proposed, target

HEIGHT, WIDTH = 30, 40
SHAPE = (1, 1, HEIGHT, WIDTH)
corners = st.tuples(st.integers(-80, 400), st.integers(-80, 320)).map(
    lambda p: (p[0] / 8, p[1] / 8)
)


def drawn(pixels: Pixels) -> NDArray[np.bool_]:
    """The pixels in a plane of their own."""
    plane = np.zeros((HEIGHT, WIDTH), dtype=bool)
    rows, columns = pixels.mask.shape
    plane[pixels.y0 : pixels.y0 + rows, pixels.x0 : pixels.x0 + columns] = pixels.mask
    return plane


@given(st.lists(corners, min_size=3, max_size=12))
def test_a_polygon_has_the_pixels_of_the_lasso_half_a_pixel_away(points: list[Any]) -> None:
    found = drawn(filled([as_points(points)], HEIGHT, WIDTH))
    lasso = polygon([(y - 0.5, x - 0.5) for x, y in points], HEIGHT, WIDTH)
    assert np.array_equal(found, lasso)


def test_a_hole_is_not_inside_and_an_outline_outside_has_no_pixel() -> None:
    square = as_points([(2, 2), (12, 2), (12, 12), (2, 12)])
    hole = as_points([(5, 5), (8, 5), (8, 8), (5, 8)])
    found = drawn(filled([square, hole], HEIGHT, WIDTH))
    assert found.sum() == 100 - 9
    assert not found[5:8, 5:8].any()
    assert not filled([square + 1000], HEIGHT, WIDTH).mask.any()
    assert filled([square - 6], HEIGHT, WIDTH).is_cut


@pytest.mark.parametrize("points", [[[math.nan, 1], [2, 3]], [[1e300, 0]], [["a", 1]], [[1]], 7])
def test_what_is_no_corner_is_refused(points: Any) -> None:
    with pytest.raises(Unfit, match="corner"):
        as_points(points)


def test_an_ellipse_holds_the_centres_within() -> None:
    found = drawn(ellipse((20, 15), (9, 5), 0.6, HEIGHT, WIDTH))
    assert abs(int(found.sum()) - math.pi * 45) < 8
    assert not drawn(ellipse((200, 15), (9, 5), 0.6, HEIGHT, WIDTH)).any()


def compressed(counts: list[int]) -> str:
    """The text of run lengths, written from the description of the format."""
    text = ""
    for place, count in enumerate(counts):
        value = count - counts[place - 2] if place > 2 else count
        while True:
            bits, value = value & 0x1F, value >> 5
            more = not (value == 0 and not bits & 0x10) and not (value == -1 and bits & 0x10)
            text += chr(48 + (bits | (0x20 if more else 0)))
            if not more:
                break
    return text


masks = st.lists(st.booleans(), min_size=48, max_size=48).map(
    lambda values: np.array(values, dtype=bool).reshape(6, 8)
)


def run_lengths(mask: NDArray[np.bool_]) -> list[int]:
    flat = np.concatenate([[False], mask.ravel(order="F"), [not mask[-1, -1]]])
    ends = np.flatnonzero(np.diff(flat))
    counts = np.diff(np.concatenate([[0], ends]))
    return [int(count) for count in counts]


@given(masks)
def test_run_lengths_come_back_as_they_were(mask: NDArray[np.bool_]) -> None:
    counts = run_lengths(mask)
    for said in (counts, compressed(counts)):
        pixels = decoded({"size": [6, 8], "counts": said}, (6, 8))
        plane = np.zeros((6, 8), dtype=bool)
        rows, columns = pixels.mask.shape
        plane[pixels.y0 : pixels.y0 + rows, pixels.x0 : pixels.x0 + columns] = pixels.mask
        assert np.array_equal(plane, mask)


@pytest.mark.parametrize(
    "rle",
    [
        {"size": [6, 8], "counts": [40, 9]},
        {"size": [6, 8], "counts": [50, -2]},
        {"size": [6, 8], "counts": "~~~~"},
        {"size": [6, 8], "counts": "o" * 50},
        {"size": [6, 8], "counts": [2**70]},
        {"size": [6, "8"], "counts": [48]},
        {"size": [5, 8], "counts": [40]},
        {"counts": None},
    ],
)
def test_broken_run_lengths_are_refused(rle: Any) -> None:
    with pytest.raises(Unfit):
        decoded(rle, (6, 8))


@given(masks)
def test_polygons_around_pixels_cover_them_without_their_holes(mask: NDArray[np.bool_]) -> None:
    from scipy.ndimage import binary_fill_holes

    regions = polygons_around(Pixels(2, 3, mask))
    covered = covered_by(regions, (10, 14))
    plane = np.zeros((10, 14), dtype=bool)
    plane[2:8, 3:11] = mask
    assert np.array_equal(covered, binary_fill_holes(plane, np.ones((3, 3))))


def test_coco_goes_to_its_images_with_classes_crowds_and_counts(tmp_path: Path) -> None:
    square = [[2, 2, 12, 2, 12, 12, 2, 12]]
    mask = np.zeros((HEIGHT, WIDTH), dtype=bool)
    mask[8:20, 8:20] = True
    rle = {"size": [HEIGHT, WIDTH], "counts": compressed(run_lengths(mask))}
    content = {
        "images": [
            {"id": 1, "file_name": "train/a.jpg", "height": HEIGHT, "width": WIDTH},
            {"id": 2, "file_name": "b.jpg", "height": HEIGHT, "width": WIDTH},
        ],
        "categories": [{"id": 5, "name": "round"}, {"id": 6, "name": "flat"}],
        "annotations": [
            {"id": 1, "image_id": 1, "category_id": 5, "segmentation": square},
            {"id": 2, "image_id": 1, "category_id": 6, "segmentation": rle},
            {"id": 3, "image_id": 1, "category_id": 6, "segmentation": rle, "iscrowd": 1},
            {"id": 4, "image_id": 1, "category_id": 5, "bbox": [1, 2, 3, 4]},
        ],
    }
    path = tmp_path / "instances.json"
    path.write_text(json.dumps(content))
    (a, labels), (b, empty) = proposed(path, [target("a.tif", SHAPE), target("b.tif", SHAPE)])
    assert labels is not None
    assert (labels[0, 0] == 1).sum() == 100
    assert (labels[0, 0] == 2).sum() == 144 - 16
    assert a.classes == {"round": [1], "flat": [2]}
    assert len(a.regions) == 1
    said = " ".join(a.notes)
    assert "1 object overlaps others in 16 pixels; the one that is listed first" in said
    assert "a box and no outline: 1 object." in said
    assert (b.n_objects, b.notes) == (0, ["No cell is drawn in this image."])
    assert empty is not None


def test_geojson_of_qupath_keeps_holes_classes_and_regions_to_ignore(tmp_path: Path) -> None:
    def ring(low: int, high: int) -> list[list[int]]:
        return [[low, low], [high, low], [high, high], [low, high], [low, low]]

    features = [
        feature("annotation", [ring(0, 30)], ""),
        feature("detection", [ring(2, 12), ring(5, 8)], "Tumor"),
        feature("detection", [ring(14, 20)], "Ignore*"),
        {"type": "Feature", "geometry": {"type": "Point", "coordinates": [1, 2]}},
    ]
    path = tmp_path / "a.geojson"
    for content in ({"type": "FeatureCollection", "features": features}, features):
        path.write_text(json.dumps(content))
        row, labels = only_one(path, SHAPE)
        assert (labels > 0).sum() == 100 - 9
        assert row.classes == {"Tumor": [1]}
        assert len(row.regions) == 1
        assert row.notes[0] == "Left out, as no areas: 1 point or line."
        assert row.notes[1] == "Left out, as they surround the cells: 1 annotation."


def test_entries_of_geojson_that_are_no_features_are_counted(tmp_path: Path) -> None:
    square = [[[2, 2], [12, 2], [12, 12], [2, 12], [2, 2]]]
    whole = feature("detection", square, "")
    path = tmp_path / "a.geojson"
    features = [whole, {"geometry": whole["geometry"]}, 7]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    row, labels = only_one(path, SHAPE)
    assert (labels > 0).sum() == 100
    assert row.notes[0] == "Left out, as no features of GeoJSON: 2 entries."


def feature(kind: str, rings: Any, name: str) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": {"type": "Polygon", "coordinates": rings},
        "properties": {"objectType": kind, "classification": {"name": name}},
    }


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('{"a": 1}', "neither COCO"),
        ('{"images": [], "annotations": []}', "file_name"),
        ('{"type": "Feature", "geometry": ', "broken"),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_json_that_holds_no_masks_says_so(tmp_path: Path, text: str, sentence: str) -> None:
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(Unfit, match=sentence):
        proposed(tmp_path / "a.json", [])


def test_geojson_outside_of_the_image_is_left_out_with_its_count(tmp_path: Path) -> None:
    far = [[[900, 900], [910, 900], [910, 910]]]
    (tmp_path / "a.json").write_text(json.dumps([feature("annotation", far, "")]))
    row, labels = only_one(tmp_path / "a.json", SHAPE)
    assert not labels.any()
    assert "1 object has no pixel in the image" in row.notes[0]
