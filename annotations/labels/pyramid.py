"""Label images as tiles: OME-Zarr 0.5 with exact sampling, one gzip file per tile.

Level l is ``labels[::2**l, ::2**l]``. Labels are names, so they are picked, never averaged, and a
patch can be applied to any level. The smallest level fits into one tile. Tiles that hold nothing
but background are not written; zarr's fill value 0 stands for them.
"""

from __future__ import annotations

import gzip
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotations.labels.digest import Shape

TILE_SIZE = 512
_GZIP_LEVEL = 5
_AXES = [
    {"name": "t", "type": "time"},
    {"name": "z", "type": "space"},
    {"name": "y", "type": "space"},
    {"name": "x", "type": "space"},
]


@dataclass(frozen=True)
class Level:
    """One level of the pyramid: its number and its size in pixels."""

    level: int
    height: int
    width: int


def levels_of(height: int, width: int) -> tuple[Level, ...]:
    """The levels for planes of this size, the full one first, the last one within one tile."""
    levels = [Level(0, height, width)]
    while max(levels[-1].height, levels[-1].width) > TILE_SIZE:
        last = levels[-1]
        levels.append(Level(last.level + 1, -(-last.height // 2), -(-last.width // 2)))
    return tuple(levels)


def chunk_path(  # noqa: PLR0917 - the order of a tile's address in URLs and zarr keys
    pyramid: Path, level: int, t: int, z: int, row: int, column: int
) -> Path:
    """The file of one tile: gzip of 512 x 512 little-endian uint32; missing when all background."""
    return pyramid / str(level) / "c" / str(t) / str(z) / str(row) / str(column)


def write_pyramid(
    destination: Path, shape: Shape, read_plane: Callable[[int, int], NDArray[np.uint32]]
) -> None:
    """Write labels of ``shape`` (T, Z, Y, X) to the folder ``destination``, replacing it.

    ``read_plane(t, z)`` gives one (Y, X) uint32 plane at a time. The folder appears only when it
    is complete.
    """
    temporary = destination.with_name(f".{destination.name}.{os.getpid()}")
    levels = levels_of(*shape[2:])
    _write_json(temporary / "zarr.json", _group_metadata(levels))
    for level in levels:
        _write_json(temporary / str(level.level) / "zarr.json", _array_metadata(shape, level))
    for t, z in np.ndindex(*shape[:2]):
        plane = read_plane(t, z)
        for level in levels:
            step = 1 << level.level
            _write_tiles(temporary, level.level, (t, z), plane[::step, ::step])
    if destination.exists():
        shutil.rmtree(destination)
    temporary.rename(destination)


def _write_tiles(
    pyramid: Path, level: int, place: tuple[int, int], plane: NDArray[np.uint32]
) -> None:
    for y in range(0, plane.shape[0], TILE_SIZE):
        for x in range(0, plane.shape[1], TILE_SIZE):
            part = plane[y : y + TILE_SIZE, x : x + TILE_SIZE]
            if not part.any():
                continue
            tile = np.zeros((TILE_SIZE, TILE_SIZE), dtype="<u4")
            tile[: part.shape[0], : part.shape[1]] = part
            path = chunk_path(pyramid, level, *place, y // TILE_SIZE, x // TILE_SIZE)
            path.parent.mkdir(parents=True, exist_ok=True)
            # mtime=0: the same labels always give the same file.
            path.write_bytes(gzip.compress(tile.tobytes(), compresslevel=_GZIP_LEVEL, mtime=0))


def _write_json(path: Path, content: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=2), encoding="utf-8")


def _group_metadata(levels: tuple[Level, ...]) -> dict[str, Any]:
    datasets = [
        {
            "path": str(level.level),
            "coordinateTransformations": [
                {"type": "scale", "scale": [1.0, 1.0, float(2**level.level), float(2**level.level)]}
            ],
        }
        for level in levels
    ]
    multiscales = [{"axes": _AXES, "datasets": datasets, "type": "nearest"}]
    ome = {"version": "0.5", "multiscales": multiscales, "image-label": {}}
    return {"zarr_format": 3, "node_type": "group", "attributes": {"ome": ome}}


def _array_metadata(shape: Shape, level: Level) -> dict[str, Any]:
    return {
        "zarr_format": 3,
        "node_type": "array",
        "shape": [shape[0], shape[1], level.height, level.width],
        "data_type": "uint32",
        "chunk_grid": {
            "name": "regular",
            "configuration": {"chunk_shape": [1, 1, TILE_SIZE, TILE_SIZE]},
        },
        "chunk_key_encoding": {"name": "default", "configuration": {"separator": "/"}},
        "fill_value": 0,
        "codecs": [
            {"name": "bytes", "configuration": {"endian": "little"}},
            {"name": "gzip", "configuration": {"level": _GZIP_LEVEL}},
        ],
        "dimension_names": ["t", "z", "y", "x"],
        "attributes": {},
    }
