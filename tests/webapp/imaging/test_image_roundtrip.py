"""Whatever a microscope writes, the pyramid's first level holds exactly that."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray
from PIL import Image

from tests.webapp.imaging.ingested import ingest_here
from webapp.imaging.image import IngestedImage

OME_TYPES = ["uint8", "int8", "uint16", "int16", "uint32", "int32", "float32", "float64"]
IMAGEJ_TYPES = ["uint8", "uint16", "float32"]
COMPRESSIONS = [None, "zlib", "lzw", "packbits", "zstd"]

sizes = st.integers(1, 3)
sides = st.integers(2, 40)


@st.composite
def hyperstacks(draw: st.DrawFn, types: list[str]) -> NDArray[Any]:
    """A TZCYX array of 24 bit integers or ordinary floats, which the pyramid keeps exactly."""
    shape = (draw(sizes), draw(sizes), draw(sizes), draw(sides), draw(sides))
    dtype = np.dtype(draw(st.sampled_from(types)))
    if dtype.kind == "f":
        elements = st.floats(-1e6, 1e6, width=32)
    else:
        info = np.iinfo(dtype)
        elements = st.integers(max(info.min, -(2**24)), min(info.max, 2**24))
    return draw(arrays.arrays(dtype, shape, elements=elements, fill=elements))


def roundtrip(pixels: NDArray[Any], **options: Any) -> tuple[NDArray[Any], IngestedImage]:
    """Write a TIFF, ingest it, return level 0 as TCZYX and the description."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "image.tif"
        tifffile.imwrite(source, pixels, **options)
        ingested = ingest_here(source, Path(folder) / "derived")
        return ingested.pixels(), ingested.image


@settings(max_examples=25, deadline=None)
@given(
    pixels=hyperstacks(OME_TYPES),
    is_big=st.booleans(),
    compression=st.sampled_from(COMPRESSIONS),
    byteorder=st.sampled_from("<>"),
    tile=st.sampled_from([None, (16, 16)]),
)
def test_an_ome_tiff_of_any_type_comes_back_exactly(
    pixels: NDArray[Any],
    is_big: bool,
    compression: str | None,
    byteorder: str,
    tile: tuple[int, int] | None,
) -> None:
    level, image = roundtrip(
        pixels,
        ome=True,
        bigtiff=is_big,
        compression=compression,
        byteorder=byteorder,
        tile=tile,
        photometric="minisblack",
        metadata={"axes": "TZCYX"},
    )
    assert image.source_format == "OME-TIFF"
    assert not image.axes_are_ambiguous
    assert image.source_dtype == pixels.dtype.name
    assert np.array_equal(level, pixels.transpose(0, 2, 1, 3, 4).astype(image.dtype))


@settings(max_examples=15, deadline=None)
@given(pixels=hyperstacks(IMAGEJ_TYPES), compression=st.sampled_from(COMPRESSIONS))
def test_an_imagej_hyperstack_comes_back_exactly(
    pixels: NDArray[Any], compression: str | None
) -> None:
    level, image = roundtrip(
        pixels, imagej=True, compression=compression, metadata={"axes": "TZCYX"}
    )
    assert image.source_format == "ImageJ TIFF"
    assert not image.axes_are_ambiguous
    assert np.array_equal(level, pixels.transpose(0, 2, 1, 3, 4))


@settings(max_examples=15, deadline=None)
@given(
    pixels=arrays.arrays(
        st.sampled_from([np.uint8, np.uint16]), st.tuples(sides, sides, st.sampled_from([3, 4]))
    ),
    is_planar=st.booleans(),
)
def test_colors_come_back_as_red_green_blue(pixels: NDArray[Any], is_planar: bool) -> None:
    samples_first = pixels.transpose(2, 0, 1)
    level, image = roundtrip(
        samples_first if is_planar else pixels,
        photometric="rgb",
        planarconfig="separate" if is_planar else "contig",
        extrasamples=["unassalpha"] if pixels.shape[2] == 4 else [],
        compression="zlib",
    )
    names = [channel.name for channel in image.channels]
    by_name = dict(zip(names, level[0, :, 0], strict=True))
    red, green, blue = samples_first[:3]
    if np.array_equal(red, green) and np.array_equal(red, blue):
        assert np.array_equal(by_name["Grey"], red)
    else:
        assert np.array_equal(by_name["Red"], red)
        assert np.array_equal(by_name["Green"], green)
        assert np.array_equal(by_name["Blue"], blue)
    if pixels.shape[2] == 4:
        is_opaque = (samples_first[3] == np.iinfo(pixels.dtype).max).all()
        assert ("Alpha" in names) != is_opaque
        assert is_opaque or np.array_equal(by_name["Alpha"], samples_first[3])


@pytest.mark.parametrize("axes", ["TCZYX", "CTZYX", "ZTCYX"])
def test_a_described_axis_order_is_followed(axes: str) -> None:
    shape = {"T": 2, "C": 3, "Z": 4, "Y": 6, "X": 5}
    pixels = np.arange(720, dtype=np.uint16).reshape([shape[axis] for axis in axes])
    level, image = roundtrip(pixels, photometric="minisblack", metadata={"axes": axes})
    assert image.shape == (2, 3, 4, 6, 5)
    assert np.array_equal(level, pixels.transpose([axes.index(axis) for axis in "TCZYX"]))
    assert not image.axes_are_ambiguous


def test_a_stack_with_one_directory_for_all_planes_is_read_whole() -> None:
    pixels = np.arange(5 * 8 * 9, dtype=np.uint16).reshape(5, 1, 1, 8, 9)
    level, image = roundtrip(
        pixels, imagej=True, truncate=True, metadata={"axes": "TZCYX", "finterval": 2.5}
    )
    assert image.shape == (5, 1, 1, 8, 9)
    assert np.array_equal(level, pixels)


def test_pages_without_a_meaning_are_slices_and_the_image_says_it_is_a_guess(
    tmp_path: Path,
) -> None:
    source = tmp_path / "pages.tif"
    pixels = np.arange(4 * 5 * 6, dtype=np.uint8).reshape(4, 5, 6)
    tifffile.imwrite(source, pixels, photometric="minisblack", metadata=None)
    guessed = ingest_here(source, tmp_path / "guessed")
    assert guessed.image.axes_are_ambiguous
    assert guessed.image.shape == (1, 1, 4, 5, 6)
    assert any("4 pages" in note for note in guessed.image.notes)
    told = ingest_here(source, tmp_path / "told", pages_are="t")
    assert not told.image.axes_are_ambiguous
    assert np.array_equal(told.pixels()[:, 0, 0], pixels)


def test_sixteen_bit_colors_of_a_png_keep_all_their_bits(tmp_path: Path) -> None:
    import imagecodecs

    source = tmp_path / "deep.png"
    pixels = np.random.default_rng(1).integers(0, 65535, (20, 30, 3), np.uint16)
    source.write_bytes(imagecodecs.png_encode(pixels))
    ingested = ingest_here(source, tmp_path / "derived")
    assert np.array_equal(ingested.pixels()[0, :, 0], pixels.transpose(2, 0, 1))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_an_orientation_mark_turns_photo_and_tiff_alike(orientation: int, tmp_path: Path) -> None:
    from PIL import ImageOps

    stored = Image.fromarray(np.arange(24, dtype=np.uint8).reshape(4, 6) * 10)
    exif = Image.Exif()
    exif[274] = orientation
    upright = np.asarray(ImageOps.exif_transpose(_with_mark(stored, exif, tmp_path / "mark.jpg")))
    tiff = tmp_path / "mark.tif"
    stored.save(tiff, tiffinfo={274: orientation})
    ours = ingest_here(tiff, tmp_path / "derived")
    assert ours.pixels()[0, 0, 0].shape == upright.shape
    assert np.array_equal(ours.pixels()[0, 0, 0], _turned(np.asarray(stored), orientation))
    photo = ingest_here(tmp_path / "mark.jpg", tmp_path / "photo")
    assert np.array_equal(photo.pixels()[0, 0, 0], upright)


def _with_mark(picture: Image.Image, exif: Image.Exif, path: Path) -> Image.Image:
    picture.save(path, quality=95, exif=exif)
    return Image.open(path)


def _turned(pixels: NDArray[Any], orientation: int) -> NDArray[Any]:
    """The eight orientations of TIFF 6.0, written as rotations and mirrors."""
    mirror = np.fliplr
    return {
        1: lambda: pixels,
        2: lambda: mirror(pixels),
        3: lambda: np.rot90(pixels, 2),
        4: lambda: mirror(np.rot90(pixels, 2)),
        5: lambda: mirror(np.rot90(pixels, 3)),
        6: lambda: np.rot90(pixels, 3),
        7: lambda: mirror(np.rot90(pixels, 1)),
        8: lambda: np.rot90(pixels, 1),
    }[orientation]()


def test_values_that_are_not_numbers_become_zero_with_a_note(tmp_path: Path) -> None:
    source = tmp_path / "nan.tif"
    tifffile.imwrite(source, np.array([[1.5, np.nan], [np.inf, -2.0]], np.float32))
    ingested = ingest_here(source, tmp_path / "derived")
    assert ingested.pixels()[0, 0, 0].tolist() == [[1.5, 0.0], [0.0, -2.0]]
    assert any("not numbers" in note for note in ingested.image.notes)


def test_integers_beyond_24_bits_are_rounded_with_a_note(tmp_path: Path) -> None:
    source = tmp_path / "wide.tif"
    tifffile.imwrite(source, np.array([[0, 2**31 + 1]], np.uint32))
    ingested = ingest_here(source, tmp_path / "derived")
    assert ingested.pixels()[0, 0, 0].tolist() == [[0.0, float(2**31)]]
    assert any("rounded" in note for note in ingested.image.notes)
