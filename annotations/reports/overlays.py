"""Pictures of images with the outlines of their cells, for looking at."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from annotations.labels.outlines import draw_outlines
from annotations.labels.regions import covered_by
from annotations.reports.content import Channel, ReportImage

LONGEST_SIDE = 1600
Window = tuple[slice, slice]


def shown_plane(image: ReportImage) -> tuple[int, int]:
    """(t, z) of the plane that stands for the image: the first frame, the middle slice."""
    return 0, image.shape[2] // 2


def reduction(image: ReportImage) -> int:
    """By how much a picture is reduced so that its long side is at most `LONGEST_SIDE`."""
    return -(-max(image.shape[3:]) // LONGEST_SIDE)


def write_overlay(path: Path, image: ReportImage) -> None:
    """Write the shown plane in its channel colors with yellow outlines as PNG."""
    t, z = shown_plane(image)
    step = reduction(image)
    planes = _reduced(image.read_intensities(t, z), step)
    labels = np.ascontiguousarray(image.read_labels(t, z)[::step, ::step])
    picture = dimmed(composite(planes, image.channels), image, t, z, np.s_[::step, ::step])
    Image.fromarray(draw_outlines(picture, labels)).save(path, format="PNG", compress_level=6)


def dimmed(
    picture: NDArray[np.uint8], image: ReportImage, t: int, z: int, window: Window
) -> NDArray[np.uint8]:
    """The picture of a window (rows, columns) of a plane, dark where regions are ignored."""
    here = [region.points for region in image.ignored.values() if (region.t, region.z) == (t, z)]
    if not here:
        return picture
    covered = covered_by(here, image.shape[3:])[window]
    return np.where(covered[:, :, None], picture // 3, picture)


def composite(planes: NDArray[np.generic], channels: tuple[Channel, ...]) -> NDArray[np.uint8]:
    """Add the channels (C, Y, X) up in their colors and contrasts: (Y, X, 3) uint8 RGB."""
    total = np.zeros((*planes.shape[1:], 3), dtype=np.float32)
    for plane, channel in zip(planes, channels, strict=True):
        span = max(channel.high - channel.low, np.finfo(np.float32).tiny)
        shown = np.clip((plane.astype(np.float32) - channel.low) / span, 0.0, 1.0)
        total += shown[:, :, None] * _rgb(channel.color)
    return (np.clip(total, 0.0, 1.0) * 255.0 + 0.5).astype(np.uint8)


def _rgb(color: str) -> NDArray[np.float32]:
    """ "#rrggbb" as three numbers from 0 to 1."""
    return np.array([int(color[i : i + 2], 16) / 255.0 for i in (1, 3, 5)], dtype=np.float32)


def _reduced(planes: NDArray[np.generic], step: int) -> NDArray[np.generic]:
    """Means of step x step blocks; blocks at the lower and right edge are cut off there."""
    if step == 1:
        return planes
    starts_y = np.arange(0, planes.shape[1], step)
    starts_x = np.arange(0, planes.shape[2], step)
    sums = np.add.reduceat(planes.astype(np.float32), starts_y, axis=1)
    sums = np.add.reduceat(sums, starts_x, axis=2)
    height = np.diff(np.append(starts_y, planes.shape[1]))
    width = np.diff(np.append(starts_x, planes.shape[2]))
    return np.asarray(sums / (height[:, None] * width[None, :]), dtype=np.float32)
