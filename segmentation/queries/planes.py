"""The pixels of an image as the engine reads them: at once, or window by window."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from segmentation.engine.lazy import lazy_planes
from segmentation.engine.spool import IN_MEMORY_BYTES
from segmentation.engine.tiling import Window
from webapp.imaging.planes import read_channel_window, read_planes
from webapp.imaging.tiles import level_header


def open_planes(pyramid: Path, t: int, z: int) -> NDArray[Any]:
    """Return all channels of one frame and slice as (C, Y, X); above 256 MB they are read lazily.

    Raises IndexError when the image has no such frame or slice.
    """
    shape, dtype = level_header(pyramid, 0)
    n_pixels = shape[1] * shape[3] * shape[4]
    if n_pixels * dtype.itemsize <= IN_MEMORY_BYTES:
        return read_planes(pyramid, t, z)

    def read(c: int, window: Window) -> NDArray[Any]:
        corners = (window.y0, window.x0, window.y1, window.x1)
        return read_channel_window(pyramid, (t, c, z), corners)

    return lazy_planes((shape[1], shape[3], shape[4]), dtype.newbyteorder("="), read)
