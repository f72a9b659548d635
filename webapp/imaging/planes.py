"""Full resolution pixels of one plane, for segmentation and measuring."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from webapp.imaging.tiles import TILE_SIZE, level_header, read_block, read_level_plane


def read_planes(pyramid: Path, t: int, z: int) -> NDArray[Any]:
    """Return all channels of one frame and slice as (C, Y, X), uint8, uint16 or float32.

    Raises IndexError when the image has no such frame or slice.
    """
    shape, _ = level_header(pyramid, 0)
    n_frames, n_channels, n_slices = shape[:3]
    if not (0 <= t < n_frames and 0 <= z < n_slices):
        raise IndexError(f"no plane t={t} z={z} in an image of {n_frames} × {n_slices}")
    return np.stack([read_level_plane(pyramid, 0, t, c, z) for c in range(n_channels)])


def read_window(pyramid: Path, t: int, z: int, window: tuple[int, int, int, int]) -> NDArray[Any]:
    """Return all channels (C, h, w) of the window (y0, x0, y1, x1) at full resolution.

    Only the blocks under the window are read. The window lies inside of the image.
    """
    shape, _ = level_header(pyramid, 0)
    return np.stack([read_channel_window(pyramid, (t, c, z), window) for c in range(shape[1])])


def read_channel_window(
    pyramid: Path, place: tuple[int, int, int], window: tuple[int, int, int, int]
) -> NDArray[Any]:
    """Return the window (y0, x0, y1, x1) of the plane at (t, c, z) as (h, w)."""
    _, dtype = level_header(pyramid, 0)
    y0, x0, y1, x1 = window
    found = np.empty((y1 - y0, x1 - x0), dtype.newbyteorder("="))
    for row in range(y0 // TILE_SIZE, -(-y1 // TILE_SIZE)):
        for col in range(x0 // TILE_SIZE, -(-x1 // TILE_SIZE)):
            y, x = row * TILE_SIZE, col * TILE_SIZE
            top, left = max(y0, y), max(x0, x)
            bottom, right = min(y1, y + TILE_SIZE), min(x1, x + TILE_SIZE)
            block = read_block(pyramid, (0, *place, row, col), dtype)
            found[top - y0 : bottom - y0, left - x0 : right - x0] = block[
                top - y : bottom - y, left - x : right - x
            ]
    return found
