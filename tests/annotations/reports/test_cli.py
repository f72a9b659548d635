"""Measuring from the command line: files in, one table out, or one sentence."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image

from annotations.reports.cli import main


@pytest.fixture
def labels() -> np.ndarray:
    plane = np.zeros((40, 50), dtype=np.uint16)
    plane[5:15, 5:25] = 3
    plane[20:30, 20:30] = 700
    return plane


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def run(folder: Path, image: str, labels: str, *options: str) -> int:
    out = str(folder / "out.csv")
    return main([str(folder / image), str(folder / labels), "--csv", out, *options])


def test_a_png_and_its_labels_give_a_row_for_each_cell(
    tmp_path: Path, labels: np.ndarray, capsys: pytest.CaptureFixture[str]
) -> None:
    Image.fromarray((labels > 0).astype(np.uint8) * 200).save(tmp_path / "i.png")
    tifffile.imwrite(tmp_path / "l.tif", labels)
    assert run(tmp_path, "i.png", "l.tif", "--pixel-size-um", "0.5", "0.5") == 0
    first, second = rows(tmp_path / "out.csv")
    assert (first["label"], first["area_px"], first["area_um2"]) == ("3", "200", "50.0")
    assert (second["label"], second["channel_1_mean"]) == ("700", "200.0")
    assert capsys.readouterr().out.startswith("2 rows written")


def test_the_pixel_size_of_an_imagej_file_is_used(tmp_path: Path, labels: np.ndarray) -> None:
    tifffile.imwrite(
        tmp_path / "i.tif", labels, imagej=True, resolution=(4, 4), metadata={"unit": "um"}
    )
    tifffile.imwrite(tmp_path / "l.tif", labels)
    assert run(tmp_path, "i.tif", "l.tif") == 0
    assert float(rows(tmp_path / "out.csv")[0]["area_um2"]) == 200 / 16


def test_the_pixel_size_of_an_ome_file_is_used(tmp_path: Path, labels: np.ndarray) -> None:
    size = {"PhysicalSizeX": 500.0, "PhysicalSizeXUnit": "nm", "PhysicalSizeY": 0.5}
    tifffile.imwrite(tmp_path / "i.ome.tif", labels, metadata={"axes": "YX", **size})
    tifffile.imwrite(tmp_path / "l.tif", labels)
    assert run(tmp_path, "i.ome.tif", "l.tif") == 0
    assert float(rows(tmp_path / "out.csv")[0]["area_um2"]) == 50


@pytest.mark.parametrize("axes", ["TZCYX", "ZTCYX", "CTZYX"])
def test_frames_slices_and_channels_in_any_order_are_matched(
    tmp_path: Path, labels: np.ndarray, axes: str
) -> None:
    sizes = {"T": 2, "Z": 3, "C": 2}
    image = np.zeros([sizes.get(axis, 1) for axis in axes[:3]] + [40, 50], dtype=np.uint8)
    channel = [slice(None)] * 5
    channel[axes.index("C")] = 1
    image[tuple(channel)] = 50
    stack = np.broadcast_to(labels, (2, 3, 40, 50))
    tifffile.imwrite(tmp_path / "i.ome.tif", image, metadata={"axes": axes})
    tifffile.imwrite(tmp_path / "l.ome.tif", stack, metadata={"axes": "TZYX"})
    assert run(tmp_path, "i.ome.tif", "l.ome.tif") == 0
    found = rows(tmp_path / "out.csv")
    places = [(t, z) for t in "01" for z in "012" for _ in range(2)]
    assert [(row["t"], row["z"]) for row in found] == places
    assert {(row["channel_1_mean"], row["channel_2_mean"]) for row in found} == {("0.0", "50.0")}


def test_one_page_of_labels_serves_all_frames(tmp_path: Path, labels: np.ndarray) -> None:
    frames = np.zeros((4, 40, 50), np.uint8)
    tifffile.imwrite(tmp_path / "i.tif", frames, photometric="minisblack")
    tifffile.imwrite(tmp_path / "l.tif", labels)
    assert run(tmp_path, "i.tif", "l.tif") == 0
    assert [row["t"] for row in rows(tmp_path / "out.csv")] == list("00112233")


def test_labels_in_a_palette_picture_are_its_numbers(tmp_path: Path, labels: np.ndarray) -> None:
    picture = Image.fromarray((labels > 0).astype(np.uint8))
    picture.putpalette([0, 0, 0, 250, 10, 90])
    assert picture.mode == "P"
    picture.save(tmp_path / "l.png")
    tifffile.imwrite(tmp_path / "i.tif", labels)
    assert run(tmp_path, "i.tif", "l.png") == 0
    assert [row["label"] for row in rows(tmp_path / "out.csv")] == ["1"]


def test_empty_labels_give_a_table_with_only_its_header(tmp_path: Path) -> None:
    for name in ("i.tif", "l.tif"):
        tifffile.imwrite(tmp_path / name, np.zeros((20, 20), np.uint8))
    assert run(tmp_path, "i.tif", "l.tif") == 0
    assert (tmp_path / "out.csv").read_text().startswith("t,z,label,area_px,")
    assert rows(tmp_path / "out.csv") == []


@pytest.mark.parametrize(
    ("image", "given", "sentence"),
    [
        (np.zeros((20, 20), np.uint8), np.zeros((20, 21), np.uint8), "20 x 20 pixels, but"),
        (np.zeros((20, 20), np.uint8), np.full((20, 20), 0.5, np.float32), "whole numbers"),
        (np.zeros((20, 20), np.uint8), np.full((20, 20), -1, np.int16), "0 to 4294967295"),
        (np.zeros((5, 20, 20), np.uint8), np.zeros((4, 20, 20), np.uint8), "5 frames"),
        (np.zeros((20, 20), np.uint8), np.zeros((20, 20, 3), np.uint8), "3 channels"),
    ],
    ids=["size", "fractions", "negative", "frames", "channels"],
)
def test_files_that_do_not_belong_together_end_with_one_sentence(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    image: np.ndarray,
    given: np.ndarray,
    sentence: str,
) -> None:
    for name, pixels in (("i.tif", image), ("l.tif", given)):
        is_color = pixels.shape[-1] == 3
        tifffile.imwrite(tmp_path / name, pixels, photometric="rgb" if is_color else "minisblack")
    assert run(tmp_path, "i.tif", "l.tif") == 1
    captured = capsys.readouterr()
    assert sentence in captured.err
    assert captured.err.count("\n") == 1
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize("name", ["missing.tif", "text.tif", "text.png", "cut.tif"])
def test_a_file_that_cannot_be_read_ends_with_one_sentence(
    tmp_path: Path, labels: np.ndarray, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    tifffile.imwrite(tmp_path / "l.tif", labels)
    (tmp_path / "text.tif").write_text("not an image")
    (tmp_path / "text.png").write_text("not an image")
    data = (tmp_path / "l.tif").read_bytes()
    (tmp_path / "cut.tif").write_bytes(data[: len(data) // 2])
    assert run(tmp_path, name, "l.tif") == 1
    message = capsys.readouterr().err
    assert name in message
    assert message.endswith(".\n")
    assert message.count("\n") == 1
