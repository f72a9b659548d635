"""Full resolution pixels of one plane, for segmentation and measuring."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from webapp.imaging.tiles import level_header, read_level_plane


def read_planes(pyramid: Path, t: int, z: int) -> NDArray[Any]:
    """Return all channels of one frame and slice as (C, Y, X), uint8, uint16 or float32.

    Raises IndexError when the image has no such frame or slice.
    """
    shape, _ = level_header(pyramid, 0)
    n_frames, n_channels, n_slices = shape[:3]
    if not (0 <= t < n_frames and 0 <= z < n_slices):
        raise IndexError(f"no plane t={t} z={z} in an image of {n_frames} × {n_slices}")
    return np.stack([read_level_plane(pyramid, 0, t, c, z) for c in range(n_channels)])
