"""Where the planes of one image lie in its block of a LIF file, and how far apart in space."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element

import numpy as np

from webapp.imaging.tiff.units import seconds, to_micrometers

_X, _Y, _Z, _T, _MOSAIC = 1, 2, 3, 4, 10
_COLOR_TAGS = {1: 0, 2: 1, 3: 2}
"""What a channel of a color picture shows: red, green, blue."""


@dataclass(frozen=True)
class Dimension:
    """`length` is from the first to the last element in `unit`; `step` in bytes."""

    count: int
    length: float
    unit: str
    step: int

    @property
    def spacing(self) -> float | None:
        """The distance of two elements in the dimension's unit."""
        return abs(self.length) / (self.count - 1) if self.count > 1 and self.length else None


@dataclass(frozen=True)
class Layout:
    """Bytes are counted from the start of the block."""

    dtype: np.dtype[Any]
    dimensions: dict[int, Dimension]
    channel_starts: tuple[int, ...]
    n_samples: int
    sample_order: tuple[int, ...]

    def _count(self, dimension: int) -> int:
        return self.dimensions[dimension].count if dimension in self.dimensions else 1

    @property
    def width(self) -> int:
        return self._count(_X)

    @property
    def height(self) -> int:
        return self._count(_Y)

    @property
    def n_tiles(self) -> int:
        """Tiles of a mosaic, which lie beside each other on the stage."""
        return self._count(_MOSAIC)

    @property
    def row_bytes(self) -> int:
        return self.dimensions[_Y].step

    @property
    def shape(self) -> tuple[int, int, int, int, int]:
        """TCZYX of one tile."""
        n_channels = len(self.channel_starts) * self.n_samples
        return self._count(_T), n_channels, self._count(_Z), self.height, self.width

    def plane_start(self, t: int, z: int, tile: int) -> int:
        """Return where the first channel of a plane begins."""
        steps = {_T: t, _Z: z, _MOSAIC: tile}
        return sum(
            index * self.dimensions[axis].step
            for axis, index in steps.items()
            if axis in self.dimensions
        )

    @property
    def last_byte(self) -> int:
        """The end of the last pixel."""
        ends = sum((one.count - 1) * one.step for one in self.dimensions.values())
        return ends + max(self.channel_starts) + self.n_samples * self.dtype.itemsize

    @property
    def pixel_size_um(self) -> tuple[float, float] | None:
        y, x = self._spacing_um(_Y), self._spacing_um(_X)
        return (y, x) if y and x else None

    @property
    def slice_step_um(self) -> float | None:
        return self._spacing_um(_Z)

    @property
    def frame_interval_s(self) -> float | None:
        time = self.dimensions.get(_T)
        return (seconds(time.spacing, time.unit or "s") or None) if time else None

    def _spacing_um(self, dimension: int) -> float | None:
        found = self.dimensions.get(dimension)
        return to_micrometers(found.spacing, found.unit or "m") if found else None


def read_layout(element: Element) -> Layout | None:
    """Return the layout of an image, None for line scans, spectra and what is damaged."""
    described = element.find("Data/Image/ImageDescription")
    assert described is not None
    try:
        dimensions = _dimensions(described)
        channels = [
            (int(one.get("BytesInc", "0")), int(one.get("ChannelTag", "0")), _dtype(one))
            for one in described.findall("Channels/ChannelDescription")
        ]
    except ValueError:
        return None
    dtypes = {dtype for _, _, dtype in channels}
    is_picture = {_X, _Y} <= set(dimensions) <= {_X, _Y, _Z, _T, _MOSAIC}
    if not is_picture or len(dtypes) != 1 or any(one.count < 1 for one in dimensions.values()):
        return None
    starts = [start for start, _, _ in channels]
    dtype = dtypes.pop()
    n_samples = dimensions[_X].step // dtype.itemsize
    if min(starts) < 0 or any(one.step < dtype.itemsize for one in dimensions.values()):
        return None
    if n_samples == 1 and dimensions[_Y].step >= dimensions[_X].count * dtype.itemsize:
        return Layout(dtype, dimensions, tuple(starts), 1, (0,))
    tags = [_COLOR_TAGS.get(tag) for _, tag, _ in sorted(channels, key=lambda one: one[0])]
    if n_samples == 3 and set(tags) == {0, 1, 2}:
        return Layout(dtype, dimensions, (min(starts),), 3, tuple(map(tags.index, range(3))))
    return None


def _dimensions(described: Element) -> dict[int, Dimension]:
    """Return what has more than one element, and always X and Y; ValueError for nonsense."""
    found: dict[int, Dimension] = {}
    for one in described.findall("Dimensions/DimensionDescription"):
        kind, count = int(one.get("DimID", "0")), int(one.get("NumberOfElements", "0"))
        length = float(one.get("Length", "0"))
        if kind in found or not math.isfinite(length):
            raise ValueError("a dimension that is there twice, or without an end")
        if count != 1 or kind in (_X, _Y):
            unit, step = one.get("Unit", "").strip(), int(one.get("BytesInc", "0"))
            found[kind] = Dimension(count, length, unit, step)
    return found


def _dtype(channel: Element) -> np.dtype[Any]:
    """Return the smallest type that holds the channel's bits; ValueError for others."""
    bits, is_float = int(channel.get("Resolution", "0")), channel.get("DataType", "0") == "1"
    if is_float and bits in (32, 64):
        return np.dtype(f"<f{bits // 8}")
    if not is_float and 0 < bits <= 32:
        return np.dtype("u1" if bits <= 8 else "<u2" if bits <= 16 else "<u4")
    raise ValueError(f"{bits} bit")
