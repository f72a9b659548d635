"""ROIs of ImageJ are drawn where they lie, on the plane that they name."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest

from annotations.labels.importing.entry import Unfit
from tests.annotations.labels.importing.proposed import only_one, proposed, target
from tests.annotations.labels.importing.roi_files import (
    FREEHAND,
    LINE,
    OVAL,
    POINT,
    POLYGON,
    RECT,
    TRACED,
    roi,
)

SHAPE = (1, 1, 30, 40)
SQUARE = [(2, 3), (12, 3), (12, 9), (2, 9)]


def zipped(path: Path, *rois: bytes) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for number, content in enumerate(rois):
            archive.writestr(f"{number:04d}.roi", content)
    return path


@pytest.mark.parametrize("kind", [POLYGON, FREEHAND, TRACED])
def test_a_drawn_or_traced_area(tmp_path: Path, kind: int) -> None:
    (tmp_path / "a.roi").write_bytes(roi(kind, (3, 2, 9, 12), corners=SQUARE))
    row, labels = only_one(tmp_path / "a.roi", SHAPE)
    assert row.n_objects == 1
    assert labels[0, 0, 3:9, 2:12].all()
    assert (labels > 0).sum() == 60


def test_corners_between_pixels(tmp_path: Path) -> None:
    corners = [(2.6, 3.4), (12.6, 3.4), (12.6, 9.4), (2.6, 9.4)]
    content = roi(FREEHAND, (3, 2, 10, 13), corners=corners, fine=True)
    (tmp_path / "a.roi").write_bytes(content)
    _, labels = only_one(tmp_path / "a.roi", SHAPE)
    assert labels[0, 0, 3:9, 3:13].all()
    assert (labels > 0).sum() == 60


def test_boxes_ovals_ellipses_and_turned_boxes(tmp_path: Path) -> None:
    slanted = roi(FREEHAND, subtype=3, floats=(20, 5, 36, 5), ratio=0.5)
    turned = roi(FREEHAND, subtype=5, floats=(2, 22, 12, 22), ratio=6)
    box = roi(RECT, (1, 1, 5, 7))
    oval = roi(OVAL, (10, 10, 20, 20))
    row, labels = only_one(zipped(tmp_path / "a.zip", box, oval, slanted, turned), SHAPE)
    areas = np.bincount(labels.ravel())[1:]
    assert (areas[0], areas[3]) == (24, 60)
    assert abs(areas[1] - np.pi * 25) < 5
    assert abs(areas[2] - np.pi * 32) < 8
    assert row.n_objects == 4


def test_a_composite_with_a_hole_and_a_curve(tmp_path: Path) -> None:
    path = [0, 0, 0, 1, 10, 0, 1, 10, 10, 1, 0, 10, 4, 0, 3, 3, 1, 6, 3, 1, 6, 6, 1, 3, 6, 4]
    (tmp_path / "a.roi").write_bytes(roi(RECT, (0, 0, 10, 10), path=path))
    assert (only_one(tmp_path / "a.roi", SHAPE)[1] > 0).sum() == 100 - 9
    curve = [0, 0, 0, 2, 20, 0, 20, 20, 3, 20, 20, 0, 20, 0, 20, 4]
    (tmp_path / "b.roi").write_bytes(roi(RECT, (0, 0, 20, 20), path=curve))
    assert (only_one(tmp_path / "b.roi", SHAPE)[1] > 0).sum() > 150


def test_lines_and_points_are_no_cells(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", roi(LINE), roi(POINT), roi(RECT, (1, 1, 5, 7)))
    row, _ = only_one(path, SHAPE)
    assert row.n_objects == 1
    assert row.notes == ["Left out, as no areas: 2 lines, points or texts."]


def test_areas_lie_on_the_planes_that_they_name(tmp_path: Path) -> None:
    shape = (3, 2, 30, 40)
    one, two = roi(RECT, (1, 1, 5, 7), place=(0, 2, 3)), roi(RECT, (9, 9, 12, 12), position=4)
    _, labels = only_one(zipped(tmp_path / "a.zip", one, two), shape)
    assert [tuple(place) for place in np.argwhere(labels.any(axis=(2, 3)))] == [(1, 1), (2, 1)]
    lost = zipped(tmp_path / "b.zip", roi(RECT, (1, 1, 5, 7)))
    ((row, none),) = proposed(lost, [target("b.zip", shape)])
    assert none is None
    assert "do not say on which plane" in row.sentence


@pytest.mark.parametrize(
    "content", [b"Iout", b"Iout" + bytes(80), roi(POLYGON, corners=SQUARE)[:70]]
)
def test_a_damaged_roi_says_so(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.roi").write_bytes(content)
    if content[64:] and not any(content[4:64]):
        labels = only_one(tmp_path / "a.roi", SHAPE)[1]  # a polygon without corners
        assert not labels.any()
        return
    with pytest.raises(Unfit, match="damaged"):
        proposed(tmp_path / "a.roi", [])
