"""Pixels that lie in a file as they are, row after row: read a few rows at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

import numpy as np

from webapp.imaging.limits import UnreadableImage
from webapp.imaging.reader import Pixels

N_BAND_BYTES = 16 * 1024**2
N_BAND_ROWS = 512

CUT_OFF = (
    "This file was cut off: it is shorter than it says it is. Copy it from the microscope's "
    "computer once more and upload that file."
)


@dataclass(frozen=True)
class StoredPlane:
    """How a plane (Y, X, samples) lies in a file; a row takes `row_bytes`, with its padding."""

    dtype: np.dtype[Any]
    height: int
    width: int
    n_samples: int
    row_bytes: int

    @property
    def n_bytes(self) -> int:
        """What the whole plane takes in the file."""
        used = self.width * self.n_samples * self.dtype.itemsize
        return (self.height - 1) * self.row_bytes + used

    def rows_of(self, data: bytes | memoryview, n_rows: int) -> Pixels:
        """Return (samples, rows, X) in this machine's byte order from the bytes of whole rows."""
        size = self.dtype.itemsize
        pixels = np.ndarray(
            (n_rows, self.width, self.n_samples),
            self.dtype,
            data,
            strides=(self.row_bytes, self.n_samples * size, size),
        )
        native = pixels.astype(self.dtype.newbyteorder("="))
        return native.transpose(2, 0, 1)


def stored_bands(
    file: BinaryIO, offset: int, plane: StoredPlane, n_largest_rows: int = N_BAND_ROWS
) -> Iterator[tuple[int, Pixels]]:
    """Yield (first row, (samples, rows, X)) of the plane that begins at byte `offset`."""
    n_rows = max(1, min(n_largest_rows, N_BAND_BYTES // plane.row_bytes))
    for row in range(0, plane.height, n_rows):
        yield row, read_rows(file, offset, plane, (row, min(row + n_rows, plane.height)))


def read_rows(file: BinaryIO, offset: int, plane: StoredPlane, rows: tuple[int, int]) -> Pixels:
    """Return rows `rows[0]` up to `rows[1]` as (samples, rows, X)."""
    first, end = rows
    whole = (end - first) * plane.row_bytes
    needed = whole - plane.row_bytes + plane.width * plane.n_samples * plane.dtype.itemsize
    file.seek(offset + first * plane.row_bytes)
    data = file.read(needed)
    if len(data) < needed:
        raise UnreadableImage(CUT_OFF)
    return plane.rows_of(data, end - first)
