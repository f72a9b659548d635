"""What the viewer must show, computed with numpy from the same tiles: the shaders, once more.

Places are (y, x); an image pixel's centre is at whole numbers, a screen pixel's in its middle.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tests.viewer.reference_masks import (
    Anchor,
    Compared,
    Masks,
    draw_cells,
    draw_compared,
    mix,
    rgb,
)

TILE = 512
CLEAR = (4, 6, 9)
SMOOTH_BELOW_ZOOM = 4

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Channel:
    """How a channel is shown."""

    color: str
    low: float
    high: float
    gamma: float = 1.0


@dataclass(frozen=True)
class Pyramid:
    """The levels of an image (C, Y, X) or of its labels (Y, X), the finest first."""

    levels: tuple[NDArray[np.generic], ...]

    def level_for(self, detail: float) -> int:
        """The coarsest level with a texel for every device pixel."""
        level = int(np.floor(np.log2(1 / detail) + 1e-6))
        return max(0, min(len(self.levels) - 1, level))


@dataclass(frozen=True)
class Screen:
    """Which part of the image a canvas of height x width device pixels shows."""

    height: int
    width: int
    origin: tuple[float, float]
    """Where the middle of image pixel (0, 0) lies, in CSS pixels."""
    zoom: float
    density: float = 1.0
    anchor: Anchor = (0, 0)

    def snapped_origin(self, axis: int) -> float:
        """The same with the corner of the image on a whole device pixel."""
        corner = self.origin[axis] - self.zoom / 2
        return round(corner * self.density) / self.density + self.zoom / 2

    def places(self, axis: int) -> Floats:
        """The image coordinates of the rows (axis 0) or columns (axis 1) of device pixels."""
        pixels = (np.arange((self.height, self.width)[axis]) + 0.5) / self.density
        return (pixels - self.snapped_origin(axis)) / self.zoom


def compose(
    image: Pyramid,
    labels: Pyramid,
    channels: list[Channel],
    screen: Screen,
    masks: Masks,
    compared: tuple[Pyramid, Compared] | None = None,
) -> NDArray[np.uint8]:
    """The canvas, (Y, X, 3). `compared`: what is laid under the masks, and how it is drawn."""
    picture = compose_channels(image, channels, screen) / 255
    if masks.mode != "off":
        if compared is not None:
            others = labels_on(compared[0], screen)
            how = (compared[1], masks.opacity, screen.density, screen.anchor)
            picture = draw_compared(picture, others, *how)
        shown = labels_on(labels, screen)
        picture = draw_cells(picture, shown, masks, screen.density, screen.anchor)
    return np.rint(255 * picture).astype(np.uint8)


def compose_channels(image: Pyramid, channels: list[Channel], screen: Screen) -> Floats:
    """The channels added up, in whole numbers 0..255."""
    level = image.level_for(screen.zoom * screen.density)
    pixels = image.levels[level]
    shape = image.levels[0].shape[-2:]
    axes = [_texels(screen.places(a), shape[a], pixels.shape[a - 2], level) for a in (0, 1)]
    (y, x), inside = axes, np.ix_(axes[0].is_inside, axes[1].is_inside)
    total = np.zeros((screen.height, screen.width, 3))
    for channel, plane in zip(channels, pixels.astype(np.float64), strict=True):
        if screen.zoom < SMOOTH_BELOW_ZOOM:
            top = mix(plane[np.ix_(y.low, x.low)], plane[np.ix_(y.low, x.high)], x.part)
            bottom = mix(plane[np.ix_(y.high, x.low)], plane[np.ix_(y.high, x.high)], x.part)
            values = mix(top, bottom, y.part[:, None])
        else:
            values = plane[np.ix_(y.nearest, x.nearest)]
        part = np.clip((values - channel.low) / (channel.high - channel.low), 0, 1)
        total += part[..., None] ** (1 / channel.gamma) * rgb(channel.color)
    canvas = np.broadcast_to(np.array(CLEAR, float), total.shape).copy()
    canvas[inside] = np.rint(255 * np.minimum(total, 1))[inside]
    return canvas


def labels_on(labels: Pyramid, screen: Screen) -> Ints:
    """Which object every device pixel shows."""
    level = labels.level_for(screen.zoom * screen.density)
    plane = labels.levels[level]
    shape = labels.levels[0].shape
    y, x = (_texels(screen.places(a), shape[a], plane.shape[a], level) for a in (0, 1))
    shown = plane[np.ix_(y.nearest, x.nearest)].astype(np.int64)
    return np.where(y.is_inside[:, None] & x.is_inside, shown, 0)


@dataclass(frozen=True)
class _Texels:
    """For every row or column of the screen: the texels that it is mixed from."""

    low: Ints
    high: Ints
    part: Floats
    nearest: Ints
    is_inside: NDArray[np.bool_]


def _texels(places: Floats, length: int, level_length: int, level: int) -> _Texels:
    """Tiles are drawn one by one, so a texel is never mixed with one of the next tile."""
    step = 2**level
    tile = np.floor((places + 0.5) / (TILE * step)).astype(np.int64)
    first = np.clip(tile, 0, (level_length - 1) // TILE) * TILE
    last = np.minimum(TILE, level_length - first) - 1
    texel = (places + 0.5) / step - first
    below = np.floor(texel - 0.5).astype(np.int64)
    low, high, nearest = (
        first + np.clip(number, 0, last)
        for number in (below, below + 1, np.floor(texel).astype(np.int64))
    )
    is_inside = (places >= -0.5) & (places < length - 0.5)
    return _Texels(low, high, texel - 0.5 - below, nearest, is_inside)
