"""A small picture of the image for lists: middle slice, first frame, all channels."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from webapp.imaging.channels import ALPHA
from webapp.imaging.image import Channel, IngestedImage, Level
from webapp.imaging.tiles import read_level_plane

LONG_SIDE = 320


def write_thumbnail(pyramid: Path, image: IngestedImage, target: Path) -> None:
    """Write a WebP whose long side is at most 320 px from a finished pyramid."""
    level, z = _coarse(image), image.shape[2] // 2
    composite = np.zeros((level.height, level.width, 3), np.float32)
    for c, channel in enumerate(image.channels):
        if channel.name != ALPHA:
            composite += _shown(read_level_plane(pyramid, level.level, 0, c, z), channel)
    _save(composite, target)


def channel_picture(pyramid: Path, image: IngestedImage, index: int) -> bytes:
    """Return a WebP of one channel alone, as large as a thumbnail, white where it is bright."""
    level, z = _coarse(image), image.shape[2] // 2
    channel = replace(image.channels[index], color="#ffffff")
    written = BytesIO()
    _save(_shown(read_level_plane(pyramid, level.level, 0, index, z), channel), written)
    return written.getvalue()


def _coarse(image: IngestedImage) -> Level:
    """The smallest level that is large enough."""
    large_enough = [level for level in image.levels if max(level.height, level.width) >= LONG_SIDE]
    return (large_enough or list(image.levels))[-1]


def _save(light: NDArray[np.float32], target: Path | BytesIO) -> None:
    """Write (Y, X, 3) light of 0..1."""
    picture = Image.fromarray((light.clip(0, 1) * 255 + 0.5).astype(np.uint8))
    picture.thumbnail((LONG_SIDE, LONG_SIDE), Image.Resampling.LANCZOS)
    picture.save(target, "WEBP", quality=80, method=2)


def _shown(plane: NDArray[Any], channel: Channel) -> NDArray[np.float32]:
    """Return (Y, X, 3) light between 0 and 1 of one channel with its contrast and color."""
    brightness: NDArray[Any] = (plane.astype(np.float32) - channel.low) / (
        channel.high - channel.low
    )
    color = np.array([int(channel.color[i : i + 2], 16) for i in (1, 3, 5)], np.float32) / 255
    return (brightness.clip(0, 1)[..., np.newaxis] * color).astype(np.float32)
