"""Turn the samples of a page into channels: palettes, printing colors, white as zero."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from webapp.imaging.limits import UnreadableImage
from webapp.imaging.reader import Pixels

WHITE_IS_ZERO, BLACK_IS_ZERO, RGB, PALETTE, SEPARATED, YCBCR = 0, 1, 2, 3, 5, 6
_UNREAD = {4: "a mask", 8: "Lab colours", 9: "Lab colours", 10: "Lab colours",
           32803: "raw camera mosaic", 32844: "logarithmic light", 32845: "logarithmic colours",
           34892: "raw camera colours"}  # fmt: skip
_JPEG_COMPRESSIONS = (6, 7, 34892, 33007)

INVERTED = "The file stores white as zero; the values were turned so that bright is high."
CMYK = "The printing colours (CMYK) were turned into red, green and blue."
RAMP = "The colour table of this file only tints one channel, so the values under it were kept."


@dataclass(frozen=True)
class Photometry:
    """How samples become channels; `to_channels` maps (S, rows, X) to (C, rows, X)."""

    n_channels: int
    dtype: np.dtype[Any]
    is_color: bool = False
    has_alpha: bool = False
    color: str | None = None
    notes: tuple[str, ...] = ()
    to_channels: Callable[[Pixels], Pixels] = lambda samples: samples


def photometry(page: Any, *, palette_is_display: bool) -> Photometry:
    """Return how to read a page; UnreadableImage for color systems that are not read.

    `palette_is_display`: ImageJ and OME store values, and a palette only says how to show them.
    """
    kind = int(page.photometric)
    n_samples, dtype = page.samplesperpixel, page.dtype
    if dtype is None or np.dtype(dtype).kind not in "biuf":
        raise UnreadableImage(_unreadable("complex or unusual numbers"))
    dtype = np.dtype(dtype)
    if kind in _UNREAD:
        raise UnreadableImage(_unreadable(_UNREAD[kind]))
    if kind == PALETTE and page.colormap is not None:
        return _palette(page, dtype, palette_is_display)
    if kind == SEPARATED and n_samples >= 4:
        return _printing_colors(page, dtype)
    if kind == YCBCR and page.compression not in _JPEG_COMPRESSIONS and n_samples == 3:
        raise UnreadableImage(_unreadable("brightness and colour differences (YCbCr)"))
    if kind == WHITE_IS_ZERO and n_samples == 1 and dtype.kind in "bu":
        return _white_is_zero(page, dtype)
    is_color = kind in (RGB, YCBCR) and n_samples >= 3
    has_alpha = bool(page.extrasamples) and int(page.extrasamples[-1]) in (1, 2)
    return Photometry(n_samples, dtype, is_color, has_alpha or (is_color and n_samples == 4))


def opaque_value(page: Any, dtype: np.dtype[Any]) -> float:
    """Return the value of a fully opaque alpha sample."""
    return 1.0 if dtype.kind == "f" else float(2 ** min(int(page.bitspersample), 64) - 1)


def _unreadable(what: str) -> str:
    return (
        f"This TIFF stores its pixels as {what}, which cannot be read here. Save it as grey or "
        "RGB TIFF and upload that."
    )


def _white_is_zero(page: Any, dtype: np.dtype[Any]) -> Photometry:
    """Turn values so that bright is high."""
    top = dtype.type(2 ** int(page.bitspersample) - 1) if dtype.kind == "u" else np.True_

    def invert(samples: Pixels) -> Pixels:
        turned: Pixels = ~samples if dtype.kind == "b" else np.subtract(top, samples)
        return turned

    return Photometry(1, dtype, notes=(INVERTED,), to_channels=invert)


def _palette(page: Any, dtype: np.dtype[Any], palette_is_display: bool) -> Photometry:
    """Look colors up, or keep the values when the palette only tints them."""
    table = np.asarray(page.colormap)
    if dtype.kind not in "bu" or table.ndim != 2 or table.shape[0] != 3:
        raise UnreadableImage(_unreadable("a damaged colour table"))
    table = (table >> 8).astype(np.uint8)
    has_alpha = page.samplesperpixel > 1
    tint = _tint(table)
    if (palette_is_display or tint) and not has_alpha:
        notes = () if palette_is_display else (RAMP,)
        return Photometry(1, dtype, color=tint, notes=notes)

    def look_up(samples: Pixels) -> Pixels:
        index = samples[0].astype(np.intp)
        if index.max() >= table.shape[1]:
            raise UnreadableImage(_unreadable("a damaged colour table"))
        return np.concatenate([table[:, index], samples[1:2]]) if has_alpha else table[:, index]

    n_channels = 4 if has_alpha else 3
    return Photometry(n_channels, np.dtype("uint8"), True, has_alpha, to_channels=look_up)


def _tint(table: Pixels) -> str | None:
    """Return the brightest color of a palette that runs evenly from black to one pure tint.

    A grey ramp is None: it is read as colors, found equal, and becomes one grey channel.
    """
    brightest = table[:, -1].astype(float)
    if table.shape[1] < 16 or brightest.max() < 128 or len(set(brightest)) == 1:
        return None
    even = brightest[:, np.newaxis] * np.linspace(0, 1, table.shape[1])
    return "#" + bytes(table[:, -1]).hex() if np.abs(table - even).max() <= 4 else None


def _printing_colors(page: Any, dtype: np.dtype[Any]) -> Photometry:
    """Turn cyan, magenta, yellow and black into red, green and blue (naive complement)."""
    if dtype.kind != "u" or dtype.itemsize > 2:
        raise UnreadableImage(_unreadable("printing colours with signs or fractions"))
    top = np.uint64(2 ** int(page.bitspersample) - 1)

    def to_rgb(samples: Pixels) -> Pixels:
        light = top - samples[:4].astype(np.uint64)
        rgb: Pixels = (light[:3] * light[3] + top // np.uint64(2)) // top
        return rgb.astype(dtype)

    return Photometry(3, dtype, is_color=True, notes=(CMYK,), to_channels=to_rgb)
