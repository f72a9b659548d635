"""Planes that are read window by window, for images that need not fit into memory."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import numpy as np

from segmentation.engine.arrays import AnyArray
from segmentation.engine.spool import BAND_ROWS, forget, is_mapped
from segmentation.engine.tiling import Window

Read = Callable[[int, Window], AnyArray]


def lazy_planes(shape: tuple[int, int, int], dtype: np.dtype[Any], read: Read) -> AnyArray:
    """Return something that the engine can use like an array (C, Y, X).

    `read(channel, window)` returns the pixels (h, w) of a window. Indexing reads what is asked
    for, bands of rows at a time where steps leave most of it out.
    """
    return cast(AnyArray, _Stack(shape, dtype, read))


def unmapped(planes: AnyArray) -> AnyArray:
    """Return planes (C, Y, X) that lie in a file so that no more stays in memory than is used."""
    if not is_mapped(planes):
        return planes

    def read(c: int, window: Window) -> AnyArray:
        part = planes[c, window.y0 : window.y1, window.x0 : window.x1].copy()
        forget(planes)
        return part

    return lazy_planes(planes.shape, planes.dtype, read)


class _Lazy:
    """What a stack and its planes share."""

    def __init__(self, shape: tuple[int, ...], dtype: np.dtype[Any]) -> None:
        self.shape = shape
        self.dtype = dtype
        self.ndim = len(shape)
        self.size = int(np.prod(shape, dtype=np.int64))

    def __len__(self) -> int:
        return self.shape[0]


class _Stack(_Lazy):
    """Channels, indexed like an array (C, Y, X) with a channel or all of them first."""

    def __init__(self, shape: tuple[int, int, int], dtype: np.dtype[Any], read: Read) -> None:
        super().__init__(shape, dtype)
        self.planes = [_Plane(shape[1:], dtype, read, c) for c in range(shape[0])]

    def __getitem__(self, key: Any) -> Any:
        if not isinstance(key, tuple):
            return self.planes[key]
        channels, *place = key
        if isinstance(channels, slice):
            return np.stack([plane[tuple(place)] for plane in self.planes[channels]])
        return self.planes[channels][tuple(place)]

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> AnyArray:
        return np.stack([np.asarray(plane, dtype) for plane in self.planes])


class _Plane(_Lazy):
    """One channel, indexed like an array (Y, X) with slices of step one or more."""

    def __init__(self, shape: tuple[int, int], dtype: np.dtype[Any], read: Read, c: int) -> None:
        super().__init__(shape, dtype)
        self._read = read
        self._channel = c
        self._samples: dict[tuple[range, range], AnyArray] = {}

    def __getitem__(self, key: Any) -> AnyArray:
        place = key if isinstance(key, tuple) else (key, slice(None))
        rows = range(*place[0].indices(self.shape[0]))
        columns = range(*place[1].indices(self.shape[1]))
        if not rows or not columns:
            return np.empty((len(rows), len(columns)), self.dtype)
        if rows.step == columns.step == 1:
            window = Window(rows.start, columns.start, rows.stop, columns.stop)
            return self._read(self._channel, window)
        # Samples of the whole plane are asked for several times: for the limits, for the noise.
        if (rows, columns) not in self._samples:
            self._samples[rows, columns] = self._sample(rows, columns)
        return self._samples[rows, columns]

    def _sample(self, rows: range, columns: range) -> AnyArray:
        """Read bands of rows and keep what the steps ask for."""
        n_rows = max(1, BAND_ROWS // rows.step)
        bands = []
        for i in range(0, len(rows), n_rows):
            part = rows[i : i + n_rows]
            window = Window(part[0], columns[0], part[-1] + 1, columns[-1] + 1)
            band = self._read(self._channel, window)
            bands.append(band[:: rows.step, :: columns.step].copy())
        return np.concatenate(bands)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> AnyArray:
        return np.asarray(self[:, :], dtype)
