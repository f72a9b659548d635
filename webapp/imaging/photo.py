"""JPEG, BMP, GIF and WebP, decoded by Pillow."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from webapp.imaging.instrument import Instrument, part
from webapp.imaging.limits import (
    Limits,
    UnreadableImage,
    check_plane_memory,
    check_shape,
)
from webapp.imaging.orientation import TAG, TURNED
from webapp.imaging.reader import Facts, Pixels
from webapp.imaging.sniff import Format
from webapp.imaging.whole_picture import WholePicture

CMYK = "The printing colours (CMYK) were turned into red, green and blue."
LOSSY = "This format changes pixel values when it is saved; prefer TIFF or PNG for measuring."
MAKE_AND_MODEL = (271, 272)
_MODES = {"1": "L", "L": "L", "LA": "LA", "RGB": "RGB", "RGBA": "RGBA", "CMYK": "RGB",
          "YCbCr": "RGB", "P": "RGBA", "PA": "RGBA", "RGBX": "RGB"}  # fmt: skip


def open_photo(source: Path, file_format: Format, limits: Limits) -> WholePicture:
    """Check the header, then decode all frames; frames of an animation become time points."""
    Image.MAX_IMAGE_PIXELS = None  # our own limits are checked before a pixel is decoded
    damaged = UnreadableImage(
        f"This {file_format} file is damaged or was cut off. Save it again in the program "
        "that made it and upload it once more."
    )
    try:
        with warnings.catch_warnings(), Image.open(source, formats=[file_format]) as picture:
            warnings.simplefilter("ignore")  # about metadata that is not used here
            return _decode(picture, file_format, limits)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as error:
        raise damaged from error


def _decode(picture: Image.Image, file_format: Format, limits: Limits) -> WholePicture:
    """Decode all frames of an open picture."""
    n_frames = getattr(picture, "n_frames", 1)
    if picture.mode not in _MODES:
        raise UnreadableImage(
            f"This {file_format} file stores its colours in an unusual way. Save it as RGB or "
            "grey TIFF and upload that."
        )
    mode = _MODES[picture.mode] if n_frames == 1 else "RGBA"
    check_shape((n_frames, len(mode), 1, picture.height, picture.width), limits)
    check_plane_memory(n_frames * picture.width * picture.height * len(mode), limits)
    notes = []
    if file_format in ("JPEG", "WebP"):
        notes.append(LOSSY)
    if picture.mode == "CMYK":
        notes.append(CMYK)
    if n_frames == 1 and picture.getexif().get(TAG, 1) in range(2, 9):
        notes.append(TURNED)
    exif = picture.getexif()
    frames = tuple(_frame(picture, index, mode) for index in range(n_frames))
    height, width, n_channels = frames[0].shape
    facts = Facts(
        shape=(n_frames, n_channels, 1, height, width),
        source_dtype="uint8",
        source_format=file_format,
        is_color=mode.startswith("RGB"),
        has_alpha=mode.endswith("A"),
        notes=tuple(notes),
        instrument=Instrument(camera=part(*(str(exif.get(tag, "")) for tag in MAKE_AND_MODEL))),
    )
    return WholePicture(facts, frames)


def _frame(picture: Image.Image, index: int, mode: str) -> Pixels:
    """Return frame `index` upright as (Y, X, C) uint8."""
    if index:
        picture.seek(index)
    upright = ImageOps.exif_transpose(picture) if index == 0 else picture
    pixels = np.asarray(upright.convert(mode))
    return pixels.reshape(*pixels.shape[:2], -1)
