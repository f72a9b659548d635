"""Masks that are outlines or runs: drawn one after the other, the first keeps its pixels."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from annotations.labels.importing.entry import Drawn, Labels, RegionToIgnore, Shape, Unfit
from annotations.labels.importing.fitting import check_size, in_words
from annotations.labels.importing.outlines import Pixels
from annotations.labels.importing.setting_aside import polygons_around
from annotations.labels.importing.words import counted
from segmentation.engine.spool import new_array

DrawPixels = Callable[[int, int], Pixels]
"""(height, width) of the plane to the pixels of an object."""


@dataclass(frozen=True)
class Outlined:
    """One object: how it is drawn, on which plane (None where the file does not say), its kind."""

    pixels: DrawPixels
    t: int | None = None
    z: int | None = None
    kind: str = ""
    is_to_ignore: bool = False


@dataclass(frozen=True)
class ShapesEntry:
    """The objects of one image in the order of the file; `size` (height, width) if it is told."""

    name: str
    objects: Sequence[Outlined]
    size: tuple[int, int] | None = None
    notes: Sequence[str] = ()

    @property
    def own_shape(self) -> Shape | None:
        """Only the image knows."""
        return None if self.size is None else (1, 1, *self.size)

    def draw(self, shape: Shape) -> Drawn:
        """Cells are numbered from 1 in the order in which they are listed."""
        if self.size is not None:
            check_size(self.size, shape)
        _check_planes(self.objects, shape)
        drawing = _Drawing(new_array(shape, np.uint32))
        for one in self.objects:
            pixels = one.pixels(shape[2], shape[3])
            if one.is_to_ignore:
                drawing.set_aside(one, pixels)
            else:
                drawing.add(one, pixels)
        notes = [*self.notes, *drawing.notes()]
        if not drawing.n_drawn:
            notes.append("No cell is drawn in this image.")
        return Drawn(drawing.labels, drawing.classes, drawing.regions, notes)


def _check_planes(objects: Iterable[Outlined], shape: Shape) -> None:
    for one in objects:
        if (shape[0] > 1 and one.t is None) or (shape[1] > 1 and one.z is None):
            raise Unfit(
                f"The outlines do not say on which plane they lie, and the image has "
                f"{in_words(shape[:2])}."
            )
        if (one.t or 0) >= shape[0] or (one.z or 0) >= shape[1]:
            raise Unfit(
                f"An outline lies on frame {(one.t or 0) + 1}, slice {(one.z or 0) + 1}; the image "
                f"has {in_words(shape[:2])}."
            )


@dataclass
class _Drawing:
    """Labels (T, Z, Y, X) as they grow, and what has to be said of it."""

    labels: Labels
    classes: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    regions: list[RegionToIgnore] = field(default_factory=list)
    n_drawn: int = 0
    n_cut: int = 0
    n_outside: int = 0
    n_under: int = 0
    n_covered: int = 0
    n_shared_px: int = 0

    def add(self, one: Outlined, pixels: Pixels) -> None:
        """Give an object the next number on the pixels that are free."""
        n_wanted = int(np.count_nonzero(pixels.mask))
        if not n_wanted:
            self.n_outside += 1
            return
        rows, columns = pixels.mask.shape
        plane = self.labels[one.t or 0, one.z or 0]
        window = plane[pixels.y0 : pixels.y0 + rows, pixels.x0 : pixels.x0 + columns]
        free = pixels.mask & (window == 0)
        n_free = int(np.count_nonzero(free))
        self.n_cut += pixels.is_cut
        self.n_shared_px += n_wanted - n_free
        self.n_under += n_free < n_wanted
        if not n_free:
            self.n_covered += 1
            return
        self.n_drawn += 1
        window[free] = self.n_drawn
        if one.kind:
            self.classes[one.kind].append(self.n_drawn)

    def set_aside(self, one: Outlined, pixels: Pixels) -> None:
        """A crowd, or what a person called to be ignored."""
        for points in polygons_around(pixels):
            self.regions.append(RegionToIgnore(one.t or 0, one.z or 0, points))

    def notes(self) -> list[str]:
        """What a person should know, with counts."""
        found = []
        if self.n_under:
            overlap = counted(self.n_under, "object overlaps", "objects overlap")
            shared = counted(self.n_shared_px, "pixel", "pixels")
            found.append(f"{overlap} others in {shared}; the one that is listed first keeps them.")
        if self.n_covered:
            under = counted(self.n_covered, "object lies", "objects lie")
            found.append(f"{under} wholly under others; there is nothing left to draw.")
        if self.n_outside:
            have = counted(self.n_outside, "object has", "objects have")
            found.append(f"{have} no pixel in the image and no number here.")
        if self.n_cut:
            reach = counted(self.n_cut, "object reaches", "objects reach")
            found.append(f"{reach} beyond the image; what lies outside is cut off.")
        if self.regions:
            found.append(f"{counted(len(self.regions), 'region', 'regions')} to ignore.")
        return found
