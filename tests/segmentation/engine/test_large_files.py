"""Files larger than the memory should hold are read and written piece by piece."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile

from segmentation.engine import files, label_tiff, spool
from segmentation.engine.files import read_image
from segmentation.engine.label_tiff import write_labels


@pytest.fixture
def small_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pretend that anything above a thousand bytes is large."""
    for module in (files, label_tiff, spool):
        monkeypatch.setattr(module, "IN_MEMORY_BYTES", 1000)


SHAPES = [
    ((1100, 90), {}),
    ((1100, 90), {"compression": "zlib", "tile": (64, 48)}),
    ((1100, 90), {"compression": "zlib", "photometric": "miniswhite"}),
    ((1100, 90), {"photometric": "miniswhite"}),
    ((700, 90, 3), {"compression": "zlib", "photometric": "rgb"}),
    ((3, 700, 90), {"compression": "zlib", "photometric": "rgb", "planarconfig": "separate"}),
    ((4, 600, 70), {"compression": "zlib", "metadata": {"axes": "CYX"}, "ome": True}),
    ((2, 3, 600, 70), {"metadata": {"axes": "TCYX"}, "imagej": True}),
]


@pytest.mark.parametrize(("shape", "options"), SHAPES)
@pytest.mark.parametrize("is_grey", [False, True])
def test_a_large_file_has_the_pixels_of_a_small_one(
    shape: tuple[int, ...],
    options: dict[str, Any],
    is_grey: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pixels = np.random.default_rng(0).integers(0, 60_000, shape).astype(np.uint16)
    if is_grey:
        pixels[:] = pixels[..., :1] if shape[-1] == 3 else pixels[:1]
    tifffile.imwrite(tmp_path / "large.tif", pixels, **options)
    at_once = read_image(tmp_path / "large.tif").pixels
    for module in (files, spool):
        monkeypatch.setattr(module, "IN_MEMORY_BYTES", 1000)
    by_pieces = read_image(tmp_path / "large.tif").pixels
    assert by_pieces.dtype == at_once.dtype
    assert np.array_equal(by_pieces, at_once)


@pytest.mark.usefixtures("small_memory")
@pytest.mark.parametrize("shape", [(1, 1, 700, 1100), (2, 1, 40, 520), (2, 3, 30, 40)])
@pytest.mark.parametrize("largest", [50, 70_000])
def test_large_labels_are_written_as_they_are(
    shape: tuple[int, ...], largest: int, tmp_path: Path
) -> None:
    labels = np.random.default_rng(0).integers(0, largest + 1, shape).astype(np.uint32)
    write_labels(tmp_path / "labels.tif", labels, largest)
    stored = read_image(tmp_path / "labels.tif").pixels
    assert stored.dtype == (np.uint16 if largest == 50 else np.uint32)
    assert stored.shape == (shape[0], 1, *shape[1:])
    assert np.array_equal(stored[:, 0], labels)
