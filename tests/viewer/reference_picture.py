"""What the viewer must show, computed with numpy from the same tiles: the shaders, once more.

Places are (y, x); an image pixel's centre is at whole numbers, a screen pixel's in its middle.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

TILE = 512
CLEAR = (4, 6, 9)
SMOOTH_BELOW_ZOOM = 4
PALETTE = ("56b4e9", "e69f00", "009e73", "f0e442", "cc79a7", "d55e00", "78c8ff", "a0dca0")
RAMP = ("4769d6", "4c92d9", "5fb8c8", "97d5a5", "d7e77d", "fff59a")

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def rgb(color: str) -> Floats:
    """Six hexadecimal digits as three numbers 0..1."""
    return np.array([int(color[at : at + 2], 16) for at in (0, 2, 4)]) / 255


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

    def places(self, axis: int) -> Floats:
        """The image coordinates of the rows (axis 0) or columns (axis 1) of device pixels."""
        n_pixels = (self.height, self.width)[axis]
        corner = self.origin[axis] - self.zoom / 2
        origin = round(corner * self.density) / self.density + self.zoom / 2
        return ((np.arange(n_pixels) + 0.5) / self.density - origin) / self.zoom


@dataclass(frozen=True)
class Masks:
    """How the masks are drawn."""

    mode: str = "outline"
    opacity: float = 0.85
    selected: frozenset[int] = frozenset()
    colors: Mapping[int, Floats] = field(default_factory=dict)
    """Colours by label; all others have the colour of their number."""


def compose(
    image: Pyramid, labels: Pyramid, channels: list[Channel], screen: Screen, masks: Masks
) -> NDArray[np.uint8]:
    """The canvas, (Y, X, 3)."""
    picture = compose_channels(image, channels, screen) / 255
    if masks.mode == "off":
        return np.rint(picture * 255).astype(np.uint8)
    shown = labels_on(labels, screen)
    return np.rint(255 * draw_masks(picture, shown, masks, screen.density)).astype(np.uint8)


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
            top = _mix(plane[np.ix_(y.low, x.low)], plane[np.ix_(y.low, x.high)], x.part)
            bottom = _mix(plane[np.ix_(y.high, x.low)], plane[np.ix_(y.high, x.high)], x.part)
            values = _mix(top, bottom, y.part[:, None])
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


def draw_masks(picture: Floats, labels: Ints, masks: Masks, density: float) -> Floats:
    """Fills and outlines on a picture with numbers 0..1."""
    step = max(1, round(density))
    (height, width) = labels.shape
    # The outermost pixels repeat their inner neighbours.
    y = np.clip(np.arange(height), 3 * step, height - 1 - 3 * step)[:, None]
    x = np.clip(np.arange(width), 3 * step, width - 1 - 3 * step)
    label = labels[y, x]

    def rim_at(distance: int) -> NDArray[np.bool_]:
        d = distance * step
        others = (labels[y + d, x], labels[y - d, x], labels[y, x + d], labels[y, x - d])
        return np.any([other != label for other in others], axis=0)

    selected = np.isin(label, list(masks.selected))
    rim = np.select([rim_at(1), rim_at(2)], [1.0, np.where(selected, 1.0, 0.45)], 0.0)
    rim = np.where(selected & (rim == 0) & rim_at(3), 0.5, rim)
    fill = np.full(label.shape, 0.42 * masks.opacity if masks.mode == "fill" else 0.0)
    fill = np.where(selected, np.maximum(fill, 0.16), fill)
    own = _colors(label, masks)
    line = np.where(selected[..., None], 1.0, own)
    strength = np.where(selected, 1.0, masks.opacity)
    filled = _mix(picture, own, fill[..., None])
    return np.where(
        (label > 0)[..., None], _mix(filled, line, (rim * strength)[..., None]), picture
    )


def ramp_colors(values: Mapping[int, float]) -> dict[int, Floats]:
    """The colours of labels by a measure."""
    ordered = sorted(values.values())
    low, high = (ordered[int(np.floor(f * (len(ordered) - 1) + 0.5))] for f in (0.02, 0.98))
    steps = np.array([rgb(color) for color in RAMP])

    def color(value: float) -> Floats:
        place = np.clip((value - low) / (high - low), 0, 1) * (len(steps) - 1)
        mixed = [np.interp(place, np.arange(len(steps)), steps[:, band]) for band in range(3)]
        return np.rint(255 * np.array(mixed)) / 255

    return {label: color(value) for label, value in values.items()}


def _colors(labels: Ints, masks: Masks) -> Floats:
    numbers, inverse = np.unique(labels, return_inverse=True)
    palette = [rgb(color) for color in PALETTE]
    table = [
        masks.colors.get(int(number), palette[(int(number) * 0x9E3779B1 % 2**32) >> 29])
        for number in numbers
    ]
    return np.array(table)[inverse].reshape(*labels.shape, 3)


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


def _mix(a: Floats, b: Floats, part: Floats) -> Floats:
    return np.asarray(a + (b - a) * part)
