"""Write an OME-Zarr 0.5 pyramid row by row, so that memory does not grow with the image."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
from numpy.typing import NDArray

from webapp.imaging.image import Level
from webapp.imaging.tiles import TILE_SIZE, chunk_path

GZIP_LEVEL = 5


def pyramid_levels(height: int, width: int) -> tuple[Level, ...]:
    """Return the sizes of all levels: each half of the one before, rounded up, down to 512."""
    levels = [Level(0, height, width)]
    while max(height, width) > TILE_SIZE:
        height, width = -(-height // 2), -(-width // 2)
        levels.append(Level(len(levels), height, width))
    return tuple(levels)


def halve(rows: NDArray[Any]) -> NDArray[Any]:
    """Return the 2 × 2 means of (rows, X), integers rounded half up.

    An odd last row or column is repeated, so its mean is that of the pixels there are.
    """
    odd = rows.shape[0] % 2, rows.shape[1] % 2
    if any(odd):
        rows = np.pad(rows, ((0, odd[0]), (0, odd[1])), mode="edge")
    if rows.dtype.kind == "f":
        means = _sum_of_four(rows.astype(np.float64)) / 4
    else:
        means = np.right_shift(_sum_of_four(rows.astype(np.uint32)) + 2, 2)
    return np.asarray(means, rows.dtype)


def _sum_of_four(rows: NDArray[Any]) -> NDArray[Any]:
    """Return the sum of each 2 × 2 block of (rows, X), both even; `rows` is used up."""
    pairs = rows[0::2]
    pairs += rows[1::2]
    total: NDArray[Any] = np.add(pairs[:, 0::2], pairs[:, 1::2])
    return total


class PlaneWriter:
    """Takes the rows of one plane from top to bottom and writes every level of it."""

    def __init__(
        self,
        pyramid: Path,
        levels: tuple[Level, ...],
        dtype: np.dtype[Any],
        tcz: tuple[int, int, int],
    ) -> None:
        level = levels[0]
        self._pyramid = pyramid
        self._level = level
        self._tcz = tcz
        self._height = level.height
        self._buffer = np.zeros((min(TILE_SIZE, level.height), level.width), dtype)
        self._n_buffered = 0
        self._n_written = 0
        self._next = PlaneWriter(pyramid, levels[1:], dtype, tcz) if levels[1:] else None

    def write(self, rows: NDArray[Any]) -> None:
        """Append (rows, X) pixels of the plane's type."""
        while len(rows):
            n_taken = min(len(rows), len(self._buffer) - self._n_buffered)
            self._buffer[self._n_buffered : self._n_buffered + n_taken] = rows[:n_taken]
            self._n_buffered += n_taken
            rows = rows[n_taken:]
            is_last = self._n_written + self._n_buffered == self._height
            if self._n_buffered == TILE_SIZE or is_last:
                self._flush()

    @property
    def is_complete(self) -> bool:
        """Whether all rows of the plane came."""
        return self._n_written == self._height

    def _flush(self) -> None:
        """Write one row of chunks and hand its means to the next level."""
        rows = self._buffer[: self._n_buffered]
        row = self._n_written // TILE_SIZE
        first = chunk_path(self._pyramid, self._level.level, *self._tcz, row, 0)
        first.parent.mkdir(parents=True)
        for col in range(-(-self._level.width // TILE_SIZE)):
            columns = rows[:, col * TILE_SIZE : (col + 1) * TILE_SIZE]
            (first.parent / str(col)).write_bytes(pack(columns))
        self._n_written += self._n_buffered
        self._n_buffered = 0
        if self._next is not None:
            self._next.write(halve(rows))


def pack(pixels: NDArray[Any]) -> bytes:
    """Return the gzip of a full little-endian 512 × 512 block, padded with zeros."""
    block = np.zeros((TILE_SIZE, TILE_SIZE), pixels.dtype.newbyteorder("<"))
    block[: pixels.shape[0], : pixels.shape[1]] = pixels
    return bytes(imagecodecs.gzip_encode(block.tobytes(), level=GZIP_LEVEL))
