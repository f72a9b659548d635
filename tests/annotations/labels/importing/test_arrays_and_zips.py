"""Cellpose files, arrays, and zips: data come in, programs do not."""

from __future__ import annotations

import gzip
import io
import os
import pickle
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile

from annotations.labels.importing.cellpose import NO_MASKS, NOT_DATA
from annotations.labels.importing.entry import Unfit
from segmentation.engine.packed_labels import pack_labels
from tests.annotations.labels.importing.proposed import only_one, proposed, target
from tests.annotations.labels.importing.test_rasters import SHAPE, some_labels

LABELS = some_labels(SHAPE[2:]).astype(np.uint16)


def tiff(labels: Any) -> bytes:
    buffer = io.BytesIO()
    tifffile.imwrite(buffer, labels)
    return buffer.getvalue()


def zipped(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_a_seg_file_of_cellpose_gives_its_masks(tmp_path: Path, protocol: int) -> None:
    content = {
        "masks": LABELS,
        "outlines": LABELS > 3,
        "filename": Path("/somewhere/a.tif"),
        "flows": [np.zeros((2, 3), np.float32), []],
        "ismanual": np.zeros(3, bool),
        "diameter": np.float32(30.0),
        "chan_choose": [0, 0],
        "manual_changes": [],
    }
    with (tmp_path / "a_seg.npy").open("wb") as file:
        np.lib.format.write_array_header_1_0(
            file, {"descr": "|O", "fortran_order": False, "shape": ()}
        )
        pickle.dump(np.array(content, dtype=object).item(), file, protocol=protocol)
    path = tmp_path / "a_seg.npy"
    ((row, labels),) = proposed(path, [target("a.tif", SHAPE)])
    assert labels is not None, row.sentence
    assert np.array_equal(labels[0, 0], LABELS)
    np.save(path, np.array(content, dtype=object), allow_pickle=True)
    ((row, labels),) = proposed(path, [target("a.tif", SHAPE)])
    assert labels is not None, row.sentence
    assert np.array_equal(labels[0, 0], LABELS)


class Program:
    """What a pickle must not bring along."""

    def __reduce__(self) -> Any:
        return os.mkdir, ("/tmp/coverslip-was-fooled",)


@pytest.mark.parametrize(
    "content", [{"masks": Program()}, [Program()], {"masks": LABELS, "x": eval}, {"masks": {1, 2}}]
)
def test_a_pickle_with_a_program_is_refused_and_not_run(tmp_path: Path, content: Any) -> None:
    np.save(tmp_path / "a_seg.npy", np.array(content, dtype=object), allow_pickle=True)
    with pytest.raises(Unfit) as refused:
        proposed(tmp_path / "a_seg.npy", [])
    assert refused.value.sentence in (NOT_DATA, NO_MASKS)
    assert not Path("/tmp/coverslip-was-fooled").exists()


def test_arrays_and_our_own_label_images(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", LABELS)
    assert np.array_equal(only_one(tmp_path / "a.npy", SHAPE)[1][0, 0], LABELS)
    with (tmp_path / "b_labels.npy.gz").open("wb") as file:
        pack_labels(LABELS[None, None].astype(np.uint32), file)
    ((_, labels),) = proposed(tmp_path / "b_labels.npy.gz", [target("b.tif", SHAPE)])
    assert labels is not None
    assert np.array_equal(labels[0, 0], LABELS)


@pytest.mark.parametrize(
    "content",
    [b"\x93NUMPY\x01\x00", gzip.compress(b"x", mtime=0), b"\x1f\x8bxx"],
    ids=["a head", "packed text", "no gzip"],
)
def test_a_damaged_array_says_so(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.npy").write_bytes(content)
    with pytest.raises(Unfit, match="damaged"):
        proposed(tmp_path / "a.npy", [])


def test_a_header_that_promises_too_much_is_refused_before_its_pixels(tmp_path: Path) -> None:
    with (tmp_path / "a.npy").open("wb") as file:
        header = {"descr": "<u4", "fortran_order": False, "shape": (10**6, 10**6)}
        np.lib.format.write_array_header_1_0(file, header)
    with pytest.raises(Exception, match="at most"):
        proposed(tmp_path / "a.npy", [])


def test_every_file_in_a_zip_goes_its_own_way(tmp_path: Path) -> None:
    files = {
        "masks/a_mask.tif": tiff(LABELS),
        "../../etc/b.tif": tiff(LABELS[:10]),
        "notes.txt": b"hello",
        "__MACOSX/._a.tif": b"litter",
    }
    images = [target("a.tif", SHAPE), target("b.tif", SHAPE)]
    (a, labels), (b, _), (notes, _) = proposed(zipped(tmp_path / "all.zip", files), images)
    assert labels is not None
    assert np.array_equal(labels[0, 0], LABELS)
    assert (a.image, b.image) == ("a.tif", "b.tif")
    assert "50 × 10 pixels" in b.sentence
    assert notes.sentence.startswith("No image here")


def test_a_zip_without_masks_and_one_in_a_zip_are_refused(tmp_path: Path) -> None:
    for files in ({"a.txt": b"a"}, {"a.zip": zipped(tmp_path / "in.zip", {}).read_bytes()}):
        with pytest.raises(Unfit):
            proposed(zipped(tmp_path / "a.zip", files), [])


def test_a_folder_of_the_cell_tracking_challenge_becomes_the_frames_of_a_series(
    tmp_path: Path,
) -> None:
    frames = {f"01_GT/SEG/man_seg{t:03d}.tif": tiff(LABELS * (t + 1)) for t in (0, 2)}
    markers = {f"01_GT/TRA/man_track{t:03d}.tif": tiff(LABELS) for t in range(4)}
    path = zipped(
        tmp_path / "truth.zip", frames | markers | {"01_GT/TRA/man_track.txt": b"1 0 3 0"}
    )
    (cells, labels), (tracks, _) = proposed(path, [target("01.tif", (4, 1, 40, 50))])
    assert labels is not None
    assert np.array_equal(labels[2, 0], 3 * LABELS)
    assert not labels[1].any()
    assert "No masks for 2 frames, counted from 0: 1, 3." in cells.notes
    assert any("tracking markers" in note for note in tracks.notes)
    ((row, _), _) = proposed(path, [target("01.tif", (2, 1, 40, 50))])
    assert "masks for frame 2" in row.sentence
