"""PNG, decoded by libpng so that 16 bit colors keep all their bits."""

from __future__ import annotations

import struct
from io import BytesIO
from pathlib import Path

import imagecodecs
import numpy as np

from webapp.imaging.limits import (
    Limits,
    UnreadableImage,
    check_plane_memory,
    check_shape,
)
from webapp.imaging.orientation import TAG, TURNED, upright
from webapp.imaging.reader import Facts
from webapp.imaging.whole_picture import WholePicture

DAMAGED = (
    "This PNG file is damaged or was cut off. Save it again in the program that made it and "
    "upload it once more."
)
ANIMATED = "This PNG holds an animation; its first picture was read."
_SAMPLES = {0: 1, 2: 3, 3: 3, 4: 2, 6: 4}
_COLOR_PICTURES = (2, 3, 6)


def open_png(source: Path, limits: Limits) -> WholePicture:
    """Check the header of a PNG, then decode it. Palettes become red, green and blue."""
    data = source.read_bytes()
    if len(data) < 33 or data[12:16] != b"IHDR":
        raise UnreadableImage(DAMAGED)
    width, height, bits, color = struct.unpack(">IIBB", data[16:26])
    if color not in _SAMPLES or bits not in (1, 2, 4, 8, 16):
        raise UnreadableImage(DAMAGED)
    check_shape((1, _SAMPLES[color], 1, height, width), limits)
    check_plane_memory(width * height * (_SAMPLES[color] + 1) * max(1, bits // 8), limits)
    try:
        pixels = imagecodecs.png_decode(data)
    except (imagecodecs.PngError, ValueError) as error:
        raise UnreadableImage(DAMAGED, repr(error)) from error
    pixels = pixels.reshape(height, width, -1)
    orientation = _orientation(data)
    if orientation > 1:
        pixels = upright(pixels.transpose(2, 0, 1), orientation).transpose(1, 2, 0)
    height, width, n_channels = pixels.shape
    facts = Facts(
        shape=(1, n_channels, 1, height, width),
        source_dtype=pixels.dtype.name,
        source_format="PNG",
        is_color=color in _COLOR_PICTURES,
        has_alpha=n_channels in (2, 4),
        opaque=float(np.iinfo(pixels.dtype).max),
        notes=_notes(data, orientation),
    )
    return WholePicture(facts, (pixels,))


def _orientation(data: bytes) -> int:
    """Return the orientation mark, which few PNG files have, in a chunk or as ImageMagick does."""
    before_pixels = data[: data.find(b"IDAT")]
    if b"eXIf" not in before_pixels and b"Raw profile type exif" not in before_pixels:
        return 1
    from PIL import Image  # only needed here

    with Image.open(BytesIO(data), formats=["PNG"]) as picture:
        value = picture.getexif().get(TAG, 1)
    return value if value in range(1, 9) else 1


def _notes(data: bytes, orientation: int) -> tuple[str, ...]:
    turned = (TURNED,) if orientation > 1 else ()
    return (*turned, ANIMATED) if b"acTL" in data[33:512] else turned
