"""How the masks must be drawn on the picture, computed with numpy: the last shader, once more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntFlag

import numpy as np
from numpy.typing import NDArray

PALETTE = ("56b4e9", "e69f00", "009e73", "f0e442", "cc79a7", "d55e00", "78c8ff", "a0dca0")
RAMP = ("4769d6", "4c92d9", "5fb8c8", "97d5a5", "d7e77d", "fff59a")

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Anchor = tuple[int, int]
"""Where hatchings begin, in device pixels to the right and up; it moves with the picture."""


class Look(IntFlag):
    """What a cell looks like beside its colour."""

    PLAIN = 0
    DIMMED = 1
    LIT = 2
    HATCHED = 4
    CROSSED = 8
    DASHED = 16


@dataclass(frozen=True)
class Masks:
    """How the masks are drawn."""

    mode: str = "outline"
    opacity: float = 0.85
    selected: frozenset[int] = frozenset()
    colors: Mapping[int, Floats] = field(default_factory=dict)
    """Colours by label; all others have the colour of their number."""
    looks: Mapping[int, Look] = field(default_factory=dict)


@dataclass(frozen=True)
class Compared:
    """How the masks below are drawn; cells without a colour are not."""

    colors: Mapping[int, Floats]
    looks: Mapping[int, Look] = field(default_factory=dict)
    selected: frozenset[int] = frozenset()


def rgb(color: str) -> Floats:
    """Six hexadecimal digits as three numbers 0..1."""
    return np.array([int(color[at : at + 2], 16) for at in (0, 2, 4)]) / 255


def draw_cells(
    picture: Floats, labels: Ints, masks: Masks, density: float, anchor: Anchor = (0, 0)
) -> Floats:
    """Fills, outlines and hatchings on a picture with numbers 0..1."""
    screen = _Neighbors(labels, max(1, round(density)))
    label = screen.middle
    selected = np.isin(label, list(masks.selected))
    has = _Looks(label, masks.looks)
    shade = np.where(has(Look.DIMMED), 0.4, 1.0)
    fill = (0.42 * masks.opacity if masks.mode == "fill" else 0.0) * shade
    fill = np.where(has(Look.LIT), np.maximum(fill, 0.26), fill)
    fill = np.where(selected, np.maximum(fill, 0.16), fill)
    places = _places(label.shape, anchor)
    rim = _rim(screen, is_strong=selected | has(Look.LIT), is_wide=selected)
    rim = np.where(has(Look.DASHED) & _gaps(places, screen.step), 0.0, rim)
    fill = np.maximum(fill, 0.75 * _hatching(has, places, screen.step))
    strength = np.where(selected, 1.0, masks.opacity * shade)
    drawn = _painted(picture, _colors(label, masks.colors), fill, selected, rim * strength)
    return np.where((label > 0)[..., None], drawn, picture)


def draw_compared(
    picture: Floats,
    labels: Ints,
    compared: Compared,
    opacity: float,
    density: float,
    anchor: Anchor = (0, 0),
) -> Floats:
    """The cells of the masks below that have a colour."""
    screen = _Neighbors(labels, max(1, round(density)))
    label = screen.middle
    selected = np.isin(label, list(compared.selected))
    has = _Looks(label, compared.looks)
    rim = _rim(screen, is_strong=selected | has(Look.LIT), is_wide=selected)
    hatching = 0.75 * _hatching(has, _places(label.shape, anchor), screen.step)
    fill = np.maximum(np.where(has(Look.LIT), 0.14, 0.0), hatching)
    strength = np.where(selected, 1.0, opacity)
    drawn = _painted(picture, _colors(label, compared.colors), fill, selected, rim * strength)
    is_drawn = np.isin(label, list(compared.colors)) & (label > 0)
    return np.where(is_drawn[..., None], drawn, picture)


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


def mix(a: Floats, b: Floats, part: Floats) -> Floats:
    """As in GLSL."""
    return np.asarray(a + (b - a) * part)


def _painted(picture: Floats, own: Floats, fill: Floats, selected: Bools, rim: Floats) -> Floats:
    """Cells filled with their own colour, and their rims: white where they are selected."""
    line = np.where(selected[..., None], 1.0, own)
    return mix(mix(picture, own, fill[..., None]), line, rim[..., None])


class _Neighbors:
    """The labels of the screen and of pixels around; the outermost repeat their inner neighbors."""

    def __init__(self, labels: Ints, step: int) -> None:
        height, width = labels.shape
        self.step = step
        self._labels = labels
        self._y = np.clip(np.arange(height), 3 * step, height - 1 - 3 * step)[:, None]
        self._x = np.clip(np.arange(width), 3 * step, width - 1 - 3 * step)
        self.middle: Ints = labels[self._y, self._x]

    def differ_at(self, distance: int) -> Bools:
        """Where one of the four at a distance shows another label."""
        labels, y, x, d = self._labels, self._y, self._x, distance * self.step
        others = (labels[y + d, x], labels[y - d, x], labels[y, x + d], labels[y, x - d])
        return np.any([other != self.middle for other in others], axis=0)


def _rim(screen: _Neighbors, is_strong: Bools, is_wide: Bools) -> Floats:
    inner = np.where(is_strong, 1.0, 0.45)
    rim = np.select([screen.differ_at(1), screen.differ_at(2)], [1.0, inner], 0.0)
    return np.where(is_wide & (rim == 0) & screen.differ_at(3), 0.5, rim)


class _Looks:
    """Asks of every pixel whether its cell has a look."""

    def __init__(self, labels: Ints, looks: Mapping[int, Look]) -> None:
        numbers, inverse = np.unique(labels, return_inverse=True)
        table = np.array([int(looks.get(int(number), Look.PLAIN)) for number in numbers])
        self._looks = table[inverse].reshape(labels.shape)

    def __call__(self, look: Look) -> Bools:
        return np.asarray((self._looks & int(look)) != 0)


def _places(shape: tuple[int, ...], anchor: Anchor) -> tuple[Ints, Ints]:
    """Rows from the bottom, as the graphics card counts them, and columns, from the anchor on."""
    up = np.arange(shape[0])[::-1, None] - anchor[1]
    return up, np.arange(shape[1])[None, :] - anchor[0]


def _hatching(has: _Looks, places: tuple[Ints, Ints], step: int) -> Floats:
    up, right = places
    width = 2 * step
    rising = has(Look.HATCHED | Look.CROSSED) & ((right + up) % (4 * width) < width)
    falling = has(Look.CROSSED) & ((right - up) % (4 * width) < width)
    wide = has(Look.DASHED) & ((right - up) % (6 * width) < width)
    return np.select([rising | falling, wide], [1.0, 0.6], 0.0)


def _gaps(places: tuple[Ints, Ints], step: int) -> Bools:
    up, right = places
    return np.asarray((right + up) % (8 * step) < 4 * step)


def _colors(labels: Ints, colors: Mapping[int, Floats]) -> Floats:
    numbers, inverse = np.unique(labels, return_inverse=True)
    palette = [rgb(color) for color in PALETTE]
    table = [
        colors.get(int(number), palette[(int(number) * 0x9E3779B1 % 2**32) >> 29])
        for number in numbers
    ]
    return np.array(table)[inverse].reshape(*labels.shape, 3)
