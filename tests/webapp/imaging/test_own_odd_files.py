"""Files that are wrong in ways we make ourselves end with one clear sentence."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from PIL import Image

from tests.webapp.imaging.ingested import CHILD_LIMITS, Ingested, assert_is_one_clear_sentence
from webapp.imaging.child import ingest_in_child
from webapp.imaging.limits import Limits, UnreadableImage

Ingest = Callable[..., Ingested]


def refused(source: Path, folder: Path, limits: Limits = CHILD_LIMITS) -> str:
    """Return the sentence that refuses a file; the parent stays alive and leaves no files."""
    with pytest.raises(UnreadableImage) as caught:
        ingest_in_child(source, folder, limits, lambda fraction, step: None)
    assert_is_one_clear_sentence(caught.value, source)
    assert list(folder.iterdir()) == []
    return caught.value.sentence


def tiff_header(width: int, height: int, *, next_directory: int = 0, strip: int = 8) -> bytes:
    """A little-endian TIFF of one directory at byte 8 with a single strip."""
    tags = [
        (256, 4, width),
        (257, 4, height),
        (258, 3, 8),
        (259, 3, 1),
        (262, 3, 1),
        (273, 4, strip),
        (277, 3, 1),
        (278, 4, height),
        (279, 4, width * height % 2**32),
    ]
    entries = b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in tags)
    return b"II*\0" + struct.pack("<IH", 8, len(tags)) + entries + struct.pack("<I", next_directory)


def png(width: int, height: int, data: bytes) -> bytes:
    """An 8 bit grey PNG with a header that need not fit its data."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = [chunk(b"IHDR", header), chunk(b"IDAT", data), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


CASES: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "This file is empty."),
    "a web page": (b"<!DOCTYPE html><html><body>Sign in</body></html>", "a web page"),
    "a text": (b"name,count\nA01,12\n", "a text file"),
    "a zip": (b"PK\x03\x04" + bytes(100), "damaged or was cut off"),
    "zeros": (bytes(5000), "nothing but zeros"),
    "noise": (bytes(range(128, 256)) * 20, "unknown kind"),
    "an enormous TIFF header": (tiff_header(100_000, 100_000), "100,000 × 100,000 pixels"),
    "an enormous PNG header": (png(100_000, 100_000, zlib.compress(b"")), "100,000 × 100,000"),
    "a PNG of no width": (png(0, 10, zlib.compress(b"")), "without pixels"),
    "a circular TIFF": (tiff_header(10, 10, next_directory=8) + bytes(100), "in a circle"),
    "a TIFF with a missing page": (tiff_header(9, 9, next_directory=10**6), "ends too early"),
    "a TIFF without its pixels": (tiff_header(200, 200, strip=130), "ends too early"),
    "a TIFF of 8 bytes": (b"II*\0\x08\0\0\0", "ends too early"),
    "a TIFF without pages": (b"II*\0\0\0\0\0" + bytes(50), "list of pages"),
    "a PNG signature": (b"\x89PNG\r\n\x1a\n", "damaged or was cut off"),
    "a JPEG signature": (b"\xff\xd8\xff\xe0" + bytes(30), "damaged or was cut off"),
    "a PNG with half its rows": (png(64, 64, zlib.compress(bytes(65 * 20))), "damaged"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_bad_file_is_refused_with_one_sentence(name: str, tmp_path: Path) -> None:
    content, expected = CASES[name]
    source = tmp_path / "image.png"  # the name says nothing: only the bytes count
    source.write_bytes(content)
    assert expected in refused(source, tmp_path / "derived")


def test_truncated_tiffs_fail_with_one_sentence_wherever_they_end(tmp_path: Path) -> None:
    whole = tmp_path / "whole.tif"
    pixels = np.random.default_rng(1).integers(0, 4000, (3, 60, 50), np.uint16)
    tifffile.imwrite(whole, pixels, compression="zlib", photometric="minisblack")
    content = whole.read_bytes()
    for part in (0.1, 0.5, 0.95):
        source = tmp_path / "part.tif"
        source.write_bytes(content[: int(len(content) * part)])
        refused(source, tmp_path / "derived")


def test_a_truncated_jpeg_is_not_filled_with_grey(tmp_path: Path) -> None:
    source = tmp_path / "photo.jpg"
    pixels = np.random.default_rng(1).integers(0, 255, (80, 80), np.uint8)
    Image.fromarray(pixels).save(source)
    source.write_bytes(source.read_bytes()[:-1500])
    assert "cut off" in refused(source, tmp_path / "derived")


def test_a_png_that_inflates_to_far_more_than_its_header_says_does_no_harm(
    tmp_path: Path, ingest_as_upload: Ingest
) -> None:
    source = tmp_path / "bomb.png"
    source.write_bytes(png(16, 16, zlib.compress(bytes(200_000_000), 9)))
    try:
        assert ingest_as_upload(source).image.shape == (1, 1, 1, 16, 16)
    except UnreadableImage as error:
        assert_is_one_clear_sentence(error, source)


def test_a_tiff_strip_that_inflates_without_end_does_no_harm(
    tmp_path: Path, ingest_as_upload: Ingest
) -> None:
    source = tmp_path / "bomb.tif"
    tifffile.imwrite(source, np.zeros((16, 16), np.uint8), compression="zlib", metadata=None)
    with tifffile.TiffFile(source, mode="r+b") as tiff:
        page: Any = tiff.pages[0]
        bomb = zlib.compress(bytes(300_000_000), 9)
        page.tags["StripOffsets"].overwrite([source.stat().st_size])
        page.tags["StripByteCounts"].overwrite([len(bomb)])
    with source.open("ab") as file:
        file.write(bomb)
    try:
        assert ingest_as_upload(source).pixels().max() == 0
    except UnreadableImage as error:
        assert_is_one_clear_sentence(error, source)


def test_an_image_too_large_for_the_memory_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "large.png"
    Image.fromarray(np.zeros((9000, 9000), np.uint8)).save(source)
    limits = Limits(memory_bytes=220 * 1024**2, wall_s=20)
    assert "memory" in refused(source, tmp_path / "derived", limits)


def test_a_file_above_the_size_limit_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "large.tif"
    with source.open("wb") as file:
        file.truncate(3 * 1024**3)
    assert "3.0 GB" in refused(source, tmp_path / "derived", Limits(max_bytes=2 * 1024**3))


def test_a_hanging_child_is_killed_at_the_wall_time(tmp_path: Path) -> None:
    source = tmp_path / "image.tif"
    tifffile.imwrite(source, np.zeros((4000, 4000), np.uint16))
    sentence = refused(source, tmp_path / "derived", Limits(wall_s=0.05))
    assert "took longer than allowed" in sentence


def test_a_child_out_of_processor_time_is_told_apart_from_a_crash(tmp_path: Path) -> None:
    source = tmp_path / "image.tif"
    noise = np.random.default_rng(1).integers(0, 65535, (9000, 9000), np.uint16)
    tifffile.imwrite(source, noise)
    sentence = refused(source, tmp_path / "derived", Limits(cpu_s=1, wall_s=60))
    assert "took longer than allowed" in sentence


@pytest.mark.parametrize(
    "name", ["it's.tif", 'double "quoted".tif', "two\nlines.tif", "größe µm ∆.tif", "-dash.tif"]
)
def test_any_file_name_can_be_read(name: str, tmp_path: Path, ingest_as_upload: Ingest) -> None:
    source = tmp_path / name
    pixels = np.arange(30, dtype=np.uint8).reshape(5, 6)
    tifffile.imwrite(source, pixels)
    assert np.array_equal(ingest_as_upload(source).pixels()[0, 0, 0], pixels)


def test_the_child_reports_progress_that_only_grows(tmp_path: Path) -> None:
    source = tmp_path / "image.tif"
    noise = np.random.default_rng(1).integers(0, 65535, (3000, 3000), np.uint16)
    tifffile.imwrite(source, noise)
    seen: list[tuple[float, str]] = []
    ingest_in_child(source, tmp_path / "derived", CHILD_LIMITS, lambda f, s: seen.append((f, s)))
    fractions = [fraction for fraction, _ in seen]
    assert len(fractions) >= 2
    assert fractions == sorted(fractions)
    assert all(0 <= fraction <= 1 for fraction in fractions)


def test_a_failed_second_attempt_leaves_the_first_image(tmp_path: Path) -> None:
    source = tmp_path / "image.tif"
    tifffile.imwrite(source, np.eye(20, dtype=np.uint8))
    ingest_in_child(source, tmp_path / "derived", CHILD_LIMITS, lambda fraction, step: None)
    source.write_bytes(b"")
    with pytest.raises(UnreadableImage):
        ingest_in_child(source, tmp_path / "derived", CHILD_LIMITS, lambda fraction, step: None)
    names = sorted(path.name for path in (tmp_path / "derived").iterdir())
    assert names == ["pyramid.zarr", "thumbnail.webp"]


def test_a_parent_that_gives_up_leaves_no_child_and_no_files(tmp_path: Path) -> None:
    source = tmp_path / "image.tif"
    noise = np.random.default_rng(1).integers(0, 65535, (3000, 3000), np.uint16)
    tifffile.imwrite(source, noise)

    def give_up(fraction: float, step: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ingest_in_child(source, tmp_path / "derived", CHILD_LIMITS, give_up)
    assert list((tmp_path / "derived").iterdir()) == []
