"""Label files keep labels, axes and pixel size, in the form that microscopy programs read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile

from annotations.reports.label_files import write_label_file


def labels_of(largest: int) -> np.ndarray:
    labels = np.zeros((2, 3, 20, 30), dtype=np.uint32)
    labels[:, :, 4:9, 5:12] = 7
    labels[1, 2, 10:15, 10:20] = largest
    return labels


def test_labels_up_to_65535_are_a_16_bit_imagej_hyperstack(make_image: Any, tmp_path: Path) -> None:
    labels = labels_of(65_535)
    image = make_image(
        labels=labels, pixel_size_um=(0.25, 0.5), slice_step_um=2.0, frame_interval_s=30.0
    )
    write_label_file(tmp_path / "l.tif", image, 65_535)
    with tifffile.TiffFile(tmp_path / "l.tif") as file:
        assert file.is_imagej
        assert file.series[0].axes == "TZYX"
        assert file.series[0].dtype == np.uint16
        assert np.array_equal(file.asarray(), labels)
        metadata = file.imagej_metadata
        assert (metadata["unit"], metadata["spacing"], metadata["finterval"]) == ("um", 2.0, 30.0)
        assert (metadata["frames"], metadata["slices"]) == (2, 3)
        tags = file.pages.first.tags
        x, y = tags["XResolution"].value, tags["YResolution"].value
        assert x[1] / x[0] == pytest.approx(0.5)
        assert y[1] / y[0] == pytest.approx(0.25)


def test_a_larger_label_makes_a_32_bit_ome_tiff(make_image: Any, tmp_path: Path) -> None:
    labels = labels_of(65_536)
    image = make_image("größe µ.tif", labels=labels, pixel_size_um=(0.25, 0.5))
    write_label_file(tmp_path / "l.tif", image, 65_536)
    with tifffile.TiffFile(tmp_path / "l.tif") as file:
        assert file.is_ome
        assert file.series[0].axes == "TZYX"
        assert file.series[0].dtype == np.uint32
        assert np.array_equal(file.asarray(), labels)
        pixels = tifffile.xml2dict(file.ome_metadata)["OME"]["Image"]["Pixels"]
        assert (pixels["PhysicalSizeY"], pixels["PhysicalSizeX"]) == (0.25, 0.5)
        assert pixels["PhysicalSizeXUnit"] == "µm"


@pytest.mark.parametrize("largest", [200, 70_000])
def test_the_same_labels_give_the_same_bytes(make_image: Any, tmp_path: Path, largest: int) -> None:
    image = make_image(labels=labels_of(largest))
    for name in ("a.tif", "b.tif"):
        write_label_file(tmp_path / name, image, largest)
    assert (tmp_path / "a.tif").read_bytes() == (tmp_path / "b.tif").read_bytes()


@pytest.mark.parametrize("largest", [200, 70_000])
def test_an_unknown_pixel_size_is_not_invented(
    make_image: Any, tmp_path: Path, largest: int
) -> None:
    image = make_image(labels=labels_of(largest), pixel_size_um=None)
    write_label_file(tmp_path / "l.tif", image, largest)
    with tifffile.TiffFile(tmp_path / "l.tif") as file:
        assert "PhysicalSizeX" not in (file.ome_metadata or "")
        assert "unit" not in (file.imagej_metadata or {})


def test_a_single_plane_is_one_page(make_image: Any, tmp_path: Path) -> None:
    image = make_image()
    write_label_file(tmp_path / "l.tif", image, 9)
    assert np.array_equal(tifffile.imread(tmp_path / "l.tif"), image.read_labels(0, 0))
