"""Where one 512 × 512 block of a pyramid lies and what its bytes mean."""

from __future__ import annotations

import json
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

TILE_SIZE = 512


def chunk_path(  # noqa: PLR0917 - the parts of the address in their order
    pyramid: Path, level: int, t: int, c: int, z: int, row: int, col: int
) -> Path:
    """Return the file with the gzip of one raw little-endian block."""
    return pyramid / str(level) / "c" / str(t) / str(c) / str(z) / str(row) / str(col)


def level_header(pyramid: Path, level: int) -> tuple[tuple[int, ...], np.dtype[Any]]:
    """Return the TCZYX shape and the type of one level."""
    metadata = json.loads((pyramid / str(level) / "zarr.json").read_text())
    return tuple(metadata["shape"]), np.dtype(metadata["data_type"]).newbyteorder("<")


def read_block(
    pyramid: Path, address: tuple[int, int, int, int, int, int], dtype: np.dtype[Any]
) -> NDArray[Any]:
    """Return the 512 x 512 block at (level, t, c, z, row, col); beyond the image it is padded."""
    packed = chunk_path(pyramid, *address).read_bytes()
    block = np.frombuffer(zlib.decompress(packed, wbits=31), dtype)
    return block.reshape(TILE_SIZE, TILE_SIZE)


def read_level_plane(pyramid: Path, level: int, t: int, c: int, z: int) -> NDArray[Any]:
    """Return one whole (Y, X) plane of a level."""
    shape, dtype = level_header(pyramid, level)
    height, width = shape[3:]
    plane = np.empty((height, width), dtype.newbyteorder("="))
    for row in range(-(-height // TILE_SIZE)):
        for col in range(-(-width // TILE_SIZE)):
            block = read_block(pyramid, (level, t, c, z, row, col), dtype)
            y, x = row * TILE_SIZE, col * TILE_SIZE
            target = plane[y : y + TILE_SIZE, x : x + TILE_SIZE]
            target[:] = block[: target.shape[0], : target.shape[1]]
    return plane
