"""What is read from a file of masks: one entry for each image that it speaks of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Labels = NDArray[np.uint32]
Shape = tuple[int, int, int, int]
"""T, Z, Y, X of a label image."""
Corners = tuple[tuple[float, float], ...]
"""Corners (y, x) of a polygon in pixels, pixel centres at whole numbers, multiples of 1/8."""


class Unfit(Exception):
    """These masks cannot become those of the image; with one sentence for people."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True)
class RegionToIgnore:
    """A polygon of one plane that is set aside."""

    t: int
    z: int
    points: Corners


@dataclass(frozen=True)
class Drawn:
    """The labels of an image, (T, Z, Y, X) uint32, and what the file says beside them.

    `classes` maps the names of kinds to labels; `notes` are sentences for people.
    """

    labels: Labels
    classes: Mapping[str, Sequence[int]] = field(default_factory=dict)
    regions: Sequence[RegionToIgnore] = ()
    notes: Sequence[str] = ()


class Entry(Protocol):
    """The masks of one image, not yet drawn."""

    @property
    def name(self) -> str:
        """What the file calls the image; its folders are part of it."""
        ...

    @property
    def own_shape(self) -> Shape | None:
        """The shape that the file gives it, None when only the image knows."""
        ...

    def draw(self, shape: Shape) -> Drawn:
        """The labels for an image of this shape; raises Unfit when they do not fit."""
        ...


@dataclass(frozen=True)
class Unreadable:
    """A part of a file that cannot be read; it says so for itself."""

    name: str
    sentence: str
    own_shape: Shape | None = None

    def draw(self, shape: Shape) -> Drawn:
        """Raises Unfit."""
        raise Unfit(self.sentence)


@dataclass(frozen=True)
class FileOfMasks:
    """What a file holds: the name of its format, and its entries."""

    format: str
    entries: Sequence[Entry]
