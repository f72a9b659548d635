"""Masks that are pixels already: planes of numbers from a label image."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotations.labels.importing.entry import Drawn, Labels, Shape
from annotations.labels.importing.fitting import check_size, fit_planes
from annotations.labels.importing.numbers import as_labels
from segmentation.engine.spool import new_array

ReadPlane = Callable[[int], NDArray[Any]]
"""The number of a plane to its values (Y, X)."""


@dataclass(frozen=True)
class RasterEntry:
    """A label image: `planes` is (T, Z) of the file, `are_told` whether the file says so."""

    name: str
    planes: tuple[int, int]
    size: tuple[int, int]
    read_plane: ReadPlane
    are_told: bool = False
    notes: tuple[str, ...] = ()
    classes: Mapping[str, Sequence[int]] = field(default_factory=dict)

    @property
    def own_shape(self) -> Shape:
        """T, Z, Y, X as the file has them."""
        return (*self.planes, *self.size)

    def draw(self, shape: Shape) -> Drawn:
        """The numbers as they are, each plane at its place in the image."""
        check_size(self.size, shape)
        fit = fit_planes(self.planes, self.are_told, shape)
        labels: Labels = new_array(shape, np.uint32)
        for place in np.ndindex(*shape[:2]):
            labels[place] = as_labels(self.read_plane(int(fit.planes[place])))
        return Drawn(labels, self.classes, notes=(*self.notes, *fit.notes))


def entry_of_array(name: str, values: NDArray[Any], notes: tuple[str, ...] = ()) -> RasterEntry:
    """An entry of an array in memory: (Y, X), (N, Y, X) of planes, or (T, Z, Y, X)."""
    planes = values.reshape(-1, *values.shape[-2:])
    counts = values.shape[:2] if values.ndim == 4 else (1, len(planes))
    return RasterEntry(
        name,
        (int(counts[0]), int(counts[1])),
        (values.shape[-2], values.shape[-1]),
        lambda number: planes[number],
        values.ndim == 4,
        notes,
    )
