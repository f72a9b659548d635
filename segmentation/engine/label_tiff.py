"""Write label images as TIFF files, whatever their size."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import tifffile

from segmentation.engine.arrays import AnyArray, LabelArray
from segmentation.engine.spool import IN_MEMORY_BYTES, forget

TILE_SIDE = 512
PACKED_AT_ONCE_BYTES = 32_000_000
"""Tiles of this size together are packed on all cores and written; by default it is 512 MB."""


def write_labels(path: Path, labels: LabelArray, largest: int) -> None:
    """Write (T, Z, Y, X) as a TIFF of 16 bits, or 32 when the `largest` label is above 65,535.

    One page a plane, axes TZYX in ImageJ's description where ImageJ can hold the type. Labels
    that are larger than the memory should hold are written tile by tile.
    """
    dtype = np.dtype(np.uint16 if largest <= np.iinfo(np.uint16).max else np.uint32)
    partial = path.with_name(path.name + ".partial")
    if labels.nbytes > IN_MEMORY_BYTES:
        _write_tiles(partial, labels, dtype)
    else:
        _write_whole(partial, labels.astype(dtype))
    partial.replace(path)


def _write_whole(path: Path, stored: AnyArray) -> None:
    options: dict[str, Any] = {"compression": "zlib", "photometric": "minisblack"}
    if stored.shape[0] * stored.shape[1] == 1:
        tifffile.imwrite(path, stored[0, 0], **options)
    elif stored.dtype == np.uint16:
        tifffile.imwrite(path, stored, imagej=True, metadata={"axes": "TZYX"}, compression="zlib")
    else:
        tifffile.imwrite(path, stored, ome=True, metadata={"axes": "TZYX"}, **options)


def _write_tiles(path: Path, labels: LabelArray, dtype: np.dtype[Any]) -> None:
    is_one = labels.shape[0] * labels.shape[1] == 1
    tifffile.imwrite(
        path,
        _tiles(labels, dtype),
        shape=labels.shape[2:] if is_one else labels.shape,
        dtype=dtype,
        tile=(TILE_SIDE, TILE_SIDE),
        compression="zlib",
        compressionargs={"level": 1},
        buffersize=PACKED_AT_ONCE_BYTES,
        photometric="minisblack",
        bigtiff=True,
        ome=not is_one,
        metadata=None if is_one else {"axes": "TZYX"},
    )


def _tiles(labels: LabelArray, dtype: np.dtype[Any]) -> Iterator[AnyArray]:
    """Give the tiles plane by plane, row by row; those at the rim are padded."""
    for t, z in np.ndindex(*labels.shape[:2]):
        for y in range(0, labels.shape[2], TILE_SIDE):
            for x in range(0, labels.shape[3], TILE_SIDE):
                part = labels[t, z, y : y + TILE_SIDE, x : x + TILE_SIDE]
                tile = np.zeros((TILE_SIDE, TILE_SIDE), dtype)
                tile[: part.shape[0], : part.shape[1]] = part
                yield tile
            forget(labels)
