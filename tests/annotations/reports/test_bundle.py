"""The whole report: complete, checkable, and the same bytes for the same content."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import struct
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile

from annotations.labels.marks import Region
from annotations.reports.bundle import LabelsChanged, build_bundle
from annotations.reports.content import CellRecord, ReportContent, ReportImage

FILES = [
    "README.txt",
    "SHA256SUMS",
    "cells.csv",
    "data_dictionary.csv",
    "dataset.csv",
    "ignored_regions.csv",
    "images.csv",
    "labels/empty.tif",
    "labels/first.tif",
    "overlays/empty.png",
    "overlays/first.png",
    "provenance.json",
    "report.pdf",
]


def contents(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8"), newline="")))


@pytest.fixture
def files(content: ReportContent, tmp_path: Path) -> dict[str, bytes]:
    build_bundle(content, tmp_path / "report.zip")
    return contents(tmp_path / "report.zip")


def test_all_files_are_there_in_a_fixed_order(files: dict[str, bytes]) -> None:
    assert list(files) == FILES


def test_the_same_content_gives_the_same_bytes(content: ReportContent, tmp_path: Path) -> None:
    first = build_bundle(content, tmp_path / "first.zip")
    second = build_bundle(content, tmp_path / "second.zip")
    one, two = contents(tmp_path / "first.zip"), contents(tmp_path / "second.zip")
    assert [name for name in one if one[name] != two[name]] == []
    assert (tmp_path / "first.zip").read_bytes() == (tmp_path / "second.zip").read_bytes()
    assert first == second
    assert first.digest == hashlib.sha256((tmp_path / "first.zip").read_bytes()).hexdigest()
    assert first.size_bytes == (tmp_path / "first.zip").stat().st_size


def test_nothing_is_left_beside_the_bundle(content: ReportContent, tmp_path: Path) -> None:
    build_bundle(content, tmp_path / "report.zip")
    assert [path.name for path in tmp_path.iterdir()] == ["report.zip"]


def test_the_checksums_are_those_of_every_other_file(files: dict[str, bytes]) -> None:
    lines = files["SHA256SUMS"].decode().splitlines()
    listed = {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
    expected = {
        name: hashlib.sha256(data).hexdigest()
        for name, data in files.items()
        if name != "SHA256SUMS"
    }
    assert listed == expected


def test_every_cell_can_be_led_back_to_its_labels(
    files: dict[str, bytes], content: ReportContent
) -> None:
    cells = rows(files["cells.csv"])
    assert [row["label"] for row in cells] == ["3", "9"]
    assert {row["annotation_version"] for row in cells} == {"4"}
    pages = tifffile.imread(io.BytesIO(files["labels/first.tif"]), squeeze=False)
    t, z, _, y, x, _ = pages.shape
    digest = hashlib.sha256(struct.pack("<4Q", t, z, y, x) + pages.astype("<u4").tobytes())
    assert {row["label_digest"] for row in cells} == {digest.hexdigest()}
    assert cells[0]["area_px"] == "200"
    assert float(cells[0]["area_um2"]) == 50


def test_a_cell_without_a_confidence_has_an_empty_field(
    make_image: Callable[..., ReportImage], content: ReportContent, tmp_path: Path
) -> None:
    sure = replace(content, images=(make_image(confidences={9: 0.875}),))
    build_bundle(sure, tmp_path / "report.zip")
    cells = rows(contents(tmp_path / "report.zip")["cells.csv"])
    assert [(row["label"], row["confidence"]) for row in cells] == [("3", ""), ("9", "0.875")]


def test_an_empty_image_has_0_cells_and_a_row(files: dict[str, bytes]) -> None:
    (row,) = [row for row in rows(files["images.csv"]) if row["image_name"] == "empty.tif"]
    assert (row["n_cells"], row["density_per_mm2"], row["confluency_percent"]) == (
        "0",
        "0.0",
        "0.0",
    )
    assert row["median_area_um2"] == ""


def test_the_approved_image_names_its_approver(files: dict[str, bytes]) -> None:
    (row,) = [row for row in rows(files["images.csv"]) if row["image_name"] == "first.tif"]
    assert (row["state"], row["approved_by"]) == ("approved", "Clara")
    assert row["approved_at"] == "2026-03-04T12:30:00Z"
    assert row["weights_digest"] == "ab" * 32
    assert row["n_cells_touching_edge"] == "1"


def test_the_dataset_adds_up(files: dict[str, bytes]) -> None:
    (row,) = rows(files["dataset.csv"])
    assert (row["n_images"], row["n_images_approved"], row["n_images_excluded"]) == ("2", "1", "1")
    assert (row["n_cells"], row["n_planes_without_cells"]) == ("2", "1")
    assert float(row["cells_per_plane_mean"]) == 1
    assert float(row["area_px_median"]) == (200 + 300) / 2


def test_the_dictionary_explains_every_column_of_every_table(files: dict[str, bytes]) -> None:
    explained = {(row["file"], row["column"]) for row in rows(files["data_dictionary.csv"])}
    for name in ("cells.csv", "images.csv", "ignored_regions.csv", "dataset.csv"):
        header = files[name].decode("utf-8").splitlines()[0].split(",")
        assert {column for file, column in explained if file == name} == set(header)
    assert all(row["meaning"].endswith(".") for row in rows(files["data_dictionary.csv"]))


def test_the_provenance_is_canonical_and_names_every_input(
    files: dict[str, bytes], content: ReportContent
) -> None:
    record: dict[str, Any] = json.loads(files["provenance.json"])
    again = json.dumps(record, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert files["provenance.json"].decode() == again + "\n"
    assert [item["label_digest"] for item in record["images"]] == [
        image.label_digest for image in content.images
    ]
    assert record["files"]["cells.csv"] == hashlib.sha256(files["cells.csv"]).hexdigest()
    assert record["audit_head"] == {"hash": "5e" * 32, "n_events": 41}
    assert record["exclusions"][0]["reason"] == "Out of focus"


def test_labels_that_are_not_those_of_the_version_stop_the_report(
    content: ReportContent, tmp_path: Path
) -> None:
    changed = replace(content.images[0], label_digest="00" * 32)
    with pytest.raises(LabelsChanged, match=r"first\.tif are not those of version 4"):
        build_bundle(replace(content, images=(changed,)), tmp_path / "report.zip")
    assert list(tmp_path.iterdir()) == []


def test_frames_and_slices_have_rows_and_pages_of_their_own(
    content: ReportContent, make_image: Any, tmp_path: Path
) -> None:
    labels = np.zeros((3, 2, 20, 20), dtype=np.uint32)
    labels[0, 0, 2:5, 2:5] = 1
    labels[2, 1, 9:12, 9:12] = 1
    stack = make_image("stack.tif", labels=labels, channels=("DAPI", "GFP"))
    build_bundle(replace(content, images=(stack,)), tmp_path / "report.zip")
    files = contents(tmp_path / "report.zip")

    assert [(row["t"], row["z"]) for row in rows(files["cells.csv"])] == [("0", "0"), ("2", "1")]
    planes = rows(files["images.csv"])
    assert [(row["t"], row["z"], row["n_cells"]) for row in planes] == [
        ("0", "0", "1"),
        ("0", "1", "0"),
        ("1", "0", "0"),
        ("1", "1", "0"),
        ("2", "0", "0"),
        ("2", "1", "1"),
    ]
    assert "channel_2_median" in rows(files["cells.csv"])[0]


def test_a_report_of_no_images_is_a_report(content: ReportContent, tmp_path: Path) -> None:
    bundle = build_bundle(replace(content, images=()), tmp_path / "report.zip")
    assert bundle.numbers["n_cells"] == 0
    assert contents(tmp_path / "report.zip")["report.pdf"].startswith(b"%PDF")


def test_progress_grows_and_says_what_is_done(content: ReportContent, tmp_path: Path) -> None:
    heard: list[tuple[float, str]] = []
    build_bundle(content, tmp_path / "r.zip", lambda share, step: heard.append((share, step)))
    shares = [share for share, _ in heard]
    assert shares == sorted(shares)
    assert 0 <= shares[0] <= shares[-1] <= 1
    assert "Measuring first.tif" in [step for _, step in heard]


def test_without_a_pixel_size_no_table_has_micrometers(
    content: ReportContent, make_image: Any, tmp_path: Path
) -> None:
    image = make_image(pixel_size_um=None)
    build_bundle(replace(content, images=(image,)), tmp_path / "report.zip")
    header = contents(tmp_path / "report.zip")["cells.csv"].decode().splitlines()[0]
    assert "_um" not in header


KINDS = {
    3: CellRecord("Mitotic", "ambiguous", "model"),
    9: CellRecord("Cell", "manual", "manual"),
}
AROUND_3 = Region(0, 0, ((0.0, 0.0), (0.0, 40.0), (20.0, 40.0), (20.0, 0.0)))
FAR_AWAY = Region(0, 0, ((0.0, 60.0), (0.0, 70.0), (10.0, 70.0), (10.0, 60.0)))


def test_cells_have_a_class_a_state_and_an_origin_and_images_count_them(
    make_image: Callable[..., ReportImage], content: ReportContent, tmp_path: Path
) -> None:
    image = make_image(describe_cell=KINDS.__getitem__)
    told = replace(content, images=(image,), class_names=("Mitotic", "Dead"))
    build_bundle(told, tmp_path / "report.zip")
    files = contents(tmp_path / "report.zip")
    cells = [(row["class"], row["state"], row["origin"]) for row in rows(files["cells.csv"])]
    assert cells == [("Mitotic", "ambiguous", "model"), ("Cell", "manual", "manual")]
    (plane,) = rows(files["images.csv"])
    counted = ("n_cells", "n_cells_ambiguous", "class_1_n_cells", "class_2_n_cells")
    assert [plane[name] for name in counted] == ["2", "1", "1", "0"]
    assert plane["no_class_n_cells"] == "1"
    meanings = {row["column"]: row["meaning"] for row in rows(files["data_dictionary.csv"])}
    assert meanings["class_2_n_cells"] == "Objects of n_cells that have class 2 (Dead)."
    assert rows(files["dataset.csv"])[0]["table_version"] == "3"


def test_without_classes_every_cell_is_just_a_cell(files: dict[str, bytes]) -> None:
    assert {row["class"] for row in rows(files["cells.csv"])} == {"Cell"}
    assert not any("class" in name for name in rows(files["images.csv"])[0])


def test_cells_in_a_region_to_ignore_are_left_out_and_the_report_says_where(
    make_image: Callable[..., ReportImage], content: ReportContent, tmp_path: Path
) -> None:
    image = make_image(ignored={"r-1": AROUND_3, "r-2": FAR_AWAY})
    bundle = build_bundle(replace(content, images=(image,)), tmp_path / "report.zip")
    files = contents(tmp_path / "report.zip")
    assert [row["label"] for row in rows(files["cells.csv"])] == ["9"]
    (plane,) = rows(files["images.csv"])
    assert (plane["n_cells"], plane["n_cells_ignored"], plane["n_ignored_regions"]) == (
        "1",
        "1",
        "2",
    )
    ignored_px = 20 * 40 + 10 * 10
    assert (plane["ignored_area_px"], plane["plane_area_px"]) == (str(ignored_px), str(60 * 80))
    counted_px = 60 * 80 - ignored_px
    assert float(plane["confluency_percent"]) == pytest.approx(100 * 300 / counted_px)
    assert float(plane["density_per_mm2"]) == pytest.approx(1 / (counted_px * 0.25 / 1e6))
    told = [(row["region"], row["n_cells_ignored"]) for row in rows(files["ignored_regions.csv"])]
    assert told == [("r-1", "1"), ("r-2", "0")]
    assert rows(files["ignored_regions.csv"])[0]["corners"] == "0 0; 0 40; 20 40; 20 0"
    assert bundle.numbers["n_cells_ignored"] == 1
    record = json.loads(files["provenance.json"])
    assert [item["region"] for item in record["images"][0]["ignored_regions"]] == ["r-1", "r-2"]
    # The masks are those of the version, whatever is left out of the tables.
    assert 3 in tifffile.imread(io.BytesIO(files["labels/cells.tif"]))


def test_of_a_plane_that_is_ignored_as_a_whole_nothing_can_be_said(
    make_image: Callable[..., ReportImage], content: ReportContent, tmp_path: Path
) -> None:
    everything = Region(0, 0, ((-1.0, -1.0), (-1.0, 90.0), (90.0, 90.0), (90.0, -1.0)))
    image = make_image(ignored={"r-1": everything})
    build_bundle(replace(content, images=(image,)), tmp_path / "report.zip")
    (plane,) = rows(contents(tmp_path / "report.zip")["images.csv"])
    assert (plane["n_cells"], plane["n_cells_ignored"]) == ("0", "2")
    assert (plane["confluency_percent"], plane["density_per_mm2"]) == ("", "")
