"""Label images in PNG: 1 to 16 bits; of a palette the numbers count, not the colors."""

from __future__ import annotations

import struct
import warnings
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from annotations.labels.importing.entry import FileOfMasks, Unfit
from annotations.labels.importing.raster import entry_of_array
from webapp.imaging.limits import Limits, UnreadableImage, check_plane_memory, check_shape

DAMAGED = (
    "This PNG file is damaged or was cut off. Save it again in the program that made it and drop "
    "it once more."
)
COLORS = (
    "This PNG is a color picture; masks have one number a pixel. Export a label image of 8 or 16 "
    "bits."
)
GRAY_IN_COLOR = "The three colors of this PNG are equal; one of them was read as the numbers."
_NOTHING: tuple[str, ...] = ()
_PALETTE = 3
_SAMPLES = {0: 1, 2: 3, _PALETTE: 1, 4: 2, 6: 4}


def open_png_labels(source: Path, name: str, limits: Limits) -> FileOfMasks:
    """One plane."""
    data = source.read_bytes()
    if len(data) < 33 or data[12:16] != b"IHDR":
        raise UnreadableImage(DAMAGED)
    width, height, bits, color = struct.unpack(">IIBB", data[16:26])
    if color not in _SAMPLES or bits not in (1, 2, 4, 8, 16):
        raise UnreadableImage(DAMAGED)
    check_shape((1, _SAMPLES[color], 1, height, width), limits)
    check_plane_memory(width * height * _SAMPLES[color] * max(1, bits // 8), limits)
    if color == _PALETTE or bits < 8:
        values, notes = _indices(source), _NOTHING
    else:
        values, notes = _one_sample(_decoded(data).reshape(height, width, -1))
    return FileOfMasks("label PNG", (entry_of_array(name, values, notes),))


def _decoded(data: bytes) -> NDArray[Any]:
    try:
        return np.asarray(imagecodecs.png_decode(data))
    except (imagecodecs.PngError, ValueError) as error:
        raise UnreadableImage(DAMAGED, repr(error)) from error


def _indices(source: Path) -> NDArray[Any]:
    """The numbers under a palette, or of fewer than eight bits, as they are stored."""
    Image.MAX_IMAGE_PIXELS = None  # our own limits were checked
    try:
        with warnings.catch_warnings(), Image.open(source, formats=["PNG"]) as picture:
            warnings.simplefilter("ignore")  # about metadata that is not used here
            return np.asarray(picture).astype(np.uint8)
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise UnreadableImage(DAMAGED, repr(error)) from error


def _one_sample(pixels: NDArray[Any]) -> tuple[NDArray[Any], tuple[str, ...]]:
    """The one sample of a gray picture, or of a color picture that is gray all the same."""
    colors = pixels[..., : pixels.shape[2] - (pixels.shape[2] in (2, 4))]
    first = colors[..., 0]
    if colors.shape[2] == 1:
        return first, ()
    if not all(np.array_equal(first, colors[..., band]) for band in (1, 2)):
        raise Unfit(COLORS)
    return first, (GRAY_IN_COLOR,)
