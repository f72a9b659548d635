"""Every file of the collection of odd files ends as the right pixels or as one sentence.

The collection is not part of the repository: it is read from COVERSLIP_DATA/odd_files, or from
../shared/data/odd_files beside the repository. Without it only the own odd files are tested.
"""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray
from PIL import Image, ImageOps

from tests.webapp.imaging.ingested import Ingested, assert_is_one_clear_sentence
from webapp.imaging.limits import UnreadableImage

REPOSITORY = Path(__file__).parents[3]
FOLDER = Path(os.environ.get("COVERSLIP_DATA", REPOSITORY.parent / "shared/data")) / "odd_files"
FILES = sorted(  # ND2 has a test of its own, as no other library here reads it
    path for path in FOLDER.rglob("*") if path.is_file() and path.suffix != ".nd2"
)

IS_IMAGE = re.compile(r"\.(tiff?|png|jpe?g|gif|webp)$", re.IGNORECASE)
REFUSED = re.compile(
    r"crash-(1185|63b1|f46f)|broken|truncated\.jpg|colormap-shl-overflow|logluv|/lab[-.]|lzw-stuck"
    r"|tiled-cmyk-i8|libtiff_segfault|multiple_frame_loop|seek_too_large"
)
"""Images that no reader can show, or whose color system is refused on purpose."""

NOT_PILLOW = re.compile(r"16bit_RGBa\.tiff|16b-rgba")
"""Pillow divides colors by their alpha; the product keeps what is stored."""

IS_LOSSY = re.compile(r"old-style-jpeg|\.webp$")
"""Decoders differ by rounding and in how they enlarge the colors."""

HAS_A_DAMAGED_END = re.compile(r"crash-74d2")
"""Fax data that decoders give up on at different rows."""

QUICK = re.compile(
    r"crash-|broken|truncated|overflow|segfault|loop|out_of_order|too_large|stuck|BigTIFFM"
    r"|cmyk-3c-8b|int16\.tif|64b|palette|multi-channel|multifile|exif-ifd"
)
"""Run by default; the others are marked slow and run in CI."""


def cases() -> list[Any]:
    """One test parameter per file."""
    return [
        pytest.param(
            path,
            id=path.relative_to(FOLDER).as_posix(),
            marks=() if QUICK.search(path.name) else (pytest.mark.slow,),
        )
        for path in FILES
    ]


@pytest.mark.parametrize("source", cases())
def test_an_odd_file_becomes_the_right_pixels_or_one_sentence(
    source: Path, ingest_as_upload: Callable[..., Ingested]
) -> None:
    is_readable = IS_IMAGE.search(source.name) and not REFUSED.search(source.as_posix())
    if not is_readable:
        with pytest.raises(UnreadableImage) as caught:
            ingest_as_upload(source)
        assert_is_one_clear_sentence(caught.value, source)
        return
    ingested = ingest_as_upload(source)
    expected = read_independently(source)
    assert_same_pixels(as_picture(ingested), expected, source)


def as_picture(ingested: Ingested) -> NDArray[Any]:
    """The first frame of a colour picture as (Y, X, C); else the first plane as (Y, X)."""
    pixels = ingested.pixels()[0, :, 0]
    names = [channel.name for channel in ingested.image.channels]
    return pixels.transpose(1, 2, 0) if names[:3] == ["Red", "Green", "Blue"] else pixels[0]


def read_independently(source: Path) -> NDArray[Any]:
    """Read with another library than the product does, upright and as (Y, X) or (Y, X, C)."""
    data = source.read_bytes()
    if source.suffix in (".jpg", ".webp"):
        decoded: NDArray[Any] = imagecodecs.imread(source)
        with Image.open(source) as picture:  # Adobe stores the complement of printing colors
            return _cmyk_to_rgb(255 - decoded) if picture.mode == "CMYK" else decoded
    if source.suffix == ".png" and data[24] == 16:
        with Image.open(source) as picture:
            return np.asarray(picture)
    if NOT_PILLOW.search(source.name):
        return _read_with_tifffile(source)
    try:
        with warnings.catch_warnings(), Image.open(source) as picture:
            warnings.simplefilter("ignore")
            return _upright(_largest_frame(picture))
    except OSError:
        if source.suffix == ".png":
            decoded = imagecodecs.png_decode(data)
            return decoded
        return _read_with_tifffile(source)


def _as_array(picture: Image.Image) -> NDArray[Any]:
    if picture.mode in ("P", "PA"):
        picture = picture.convert("RGBA")
    pixels = np.asarray(picture)
    return pixels * np.uint8(255) if picture.mode == "1" and picture.format == "PNG" else pixels


def _largest_frame(picture: Image.Image) -> Image.Image:
    sizes = []
    for index in range(getattr(picture, "n_frames", 1)):
        picture.seek(index)
        sizes.append(picture.width * picture.height)
    picture.seek(int(np.argmax(sizes)))
    return picture


def _upright(picture: Image.Image) -> NDArray[Any]:
    if picture.format == "TIFF":  # Pillow has turned it already
        pixels = _as_array(picture)
        return _cmyk_to_rgb(pixels) if picture.mode == "CMYK" else pixels
    pixels = _as_array(picture)
    return pixels if picture.getexif().get(274, 1) == 1 else _as_array(_turned(picture))


def _turned(picture: Image.Image) -> Image.Image:
    return ImageOps.exif_transpose(picture)


def _cmyk_to_rgb(pixels: NDArray[Any]) -> NDArray[Any]:
    light = 255 - pixels.astype(np.float64)
    return np.round(light[..., :3] * light[..., 3:] / 255)


def _read_with_tifffile(source: Path) -> NDArray[Any]:
    with tifffile.TiffFile(source, is_ome=False) as tiff:
        page: Any = tiff.pages[0]
        pixels = page.asarray()
        pixels = pixels.transpose(1, 2, 0) if page.axes == "SYX" else pixels
        if page.photometric == 0 and pixels.dtype.kind == "u":
            pixels = 2**page.bitspersample - 1 - pixels
        return pixels


def assert_same_pixels(ours: NDArray[Any], theirs: NDArray[Any], source: Path) -> None:
    """Compare after undoing what other readers do to depth, sign and redundant channels."""
    theirs = np.asarray(theirs)
    if ours.ndim == 2 and theirs.ndim == 3:
        theirs = theirs[..., 0]
    if ours.ndim == 3:
        n_common = min(ours.shape[2], theirs.shape[2])
        ours, theirs = ours[..., :n_common], theirs[..., :n_common]
    assert ours.shape == theirs.shape
    theirs = theirs.astype(ours.dtype).astype(np.float64) if ours.dtype == "f4" else theirs
    ours = ours.astype(np.float64)
    candidates = {
        "the same values": ours,
        "high bytes of 16 bit": np.floor(ours / 256),
        "few bits spread over a byte": ours * (255 / max(1.0, ours.max())),
        "signed bytes shown unsigned": np.mod(ours, 256),
        "signed bytes with an offset": ours + 128,
    }
    differences = {how: np.abs(one - theirs) for how, one in candidates.items()}
    if IS_LOSSY.search(source.name):
        assert differences["the same values"].mean() < 0.5
    elif HAS_A_DAMAGED_END.search(source.name):
        assert (differences["the same values"] > 0).mean() < 0.05
    else:
        tolerance = 2.0 if "cmyk" in source.name else 0.0
        largest = {how: one.max() for how, one in differences.items()}
        assert min(largest.values()) <= tolerance, largest


@pytest.mark.parametrize("rule", [REFUSED, QUICK, NOT_PILLOW, IS_LOSSY, HAS_A_DAMAGED_END])
def test_every_rule_of_this_file_speaks_of_a_file(rule: re.Pattern[str]) -> None:
    if FILES:
        assert any(rule.search(path.as_posix()) for path in FILES)
