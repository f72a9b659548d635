"""Tiles: the gzip file of a 512 x 512 block, sent as it lies on the disk."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from uuid import UUID

from webapp.actions.rebuild import ask_for_rebuild
from webapp.api.lean import NOT_HERE, SIGN_IN, Answer, Asked, refusal, visitor_of
from webapp.imaging.tiles import TILE_SIZE
from webapp.queries.tiles import TileGrid, Visitor, image_grid_for
from webapp.storage.derived import image_folder

ID = r"(?P<id>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
NUMBER = r"[0-9]{1,7}"
POSITION = rf"(?P<row>{NUMBER})/(?P<col>{NUMBER})"
IMAGE_TILE = re.compile(
    rf"/api/images/{ID}/tiles/(?P<digest>[0-9a-f]{{16}})/(?P<level>{NUMBER})"
    rf"/(?P<t>{NUMBER})/(?P<c>{NUMBER})/(?P<z>{NUMBER})/{POSITION}"
)
# The address holds the digest of what is shown, so what it answers never changes.
FOR_EVER = "private, max-age=31536000, immutable"
BEING_MADE = refusal(
    503,
    "The tiles of this image are being made again. Try again in a moment.",
    "being_made",
    **{"retry-after": "5"},
)


def image_tile(asked: Asked) -> Answer:
    """One tile of one channel."""
    answer = guarded_tile(
        asked, image_grid_for, ("t", "c", "z"), lambda pk: image_folder(pk) / "pyramid.zarr"
    )
    if answer is BEING_MADE:
        ask_for_rebuild(UUID(asked.parts["id"]))
    return answer


def guarded_tile(
    asked: Asked,
    grid_for: Callable[[Visitor, UUID], TileGrid | None],
    axes: tuple[str, ...],
    pyramid_of: Callable[[UUID], Path],
) -> Answer:
    """The tile that the address names, for those whom `grid_for` lets see it; else 404."""
    visitor = visitor_of(asked.headers)
    if visitor is None:
        return SIGN_IN
    pk = UUID(asked.parts["id"])
    grid = grid_for(visitor, pk)
    if grid is None:
        return NOT_HERE
    return _tile(asked, grid, axes, lambda: pyramid_of(pk))


def _tile(
    asked: Asked, grid: TileGrid, axes: tuple[str, ...], pyramid: Callable[[], Path]
) -> Answer:
    """The tile that the address names; zeros where the pyramid has left out an empty block."""
    parts = asked.parts
    level, row, col = int(parts["level"]), int(parts["row"]), int(parts["col"])
    place = tuple(int(parts[axis]) for axis in axes)
    if parts["digest"] != grid.digest or not grid.has(level, place, row, col, TILE_SIZE):
        return NOT_HERE
    etag = f'"{grid.digest}-{level}-{"-".join(map(str, place))}-{row}-{col}"'
    kept = {"etag": etag, "cache-control": FOR_EVER}
    if etag in asked.headers.get("if-none-match", ""):
        return Answer(304, b"", kept)
    body = _read(pyramid() / str(level), (*place, row, col), grid.bytes_per_pixel)
    if body is None:
        return BEING_MADE
    return Answer(
        200,
        body,
        {
            "content-type": "application/octet-stream",
            "content-encoding": "gzip",
            "x-content-type-options": "nosniff",
            "cross-origin-resource-policy": "same-origin",
            **kept,
        },
    )


def _read(folder: Path, place: tuple[int, ...], bytes_per_pixel: int) -> bytes | None:
    """The file of a block in the folder of its level; None when there is no such level yet."""
    try:
        return folder.joinpath("c", *map(str, place)).read_bytes()
    except FileNotFoundError:
        return _zeros(bytes_per_pixel) if (folder / "zarr.json").exists() else None


@cache
def _zeros(bytes_per_pixel: int) -> bytes:
    """A block of fill value 0, packed like the others."""
    return gzip.compress(bytes(TILE_SIZE * TILE_SIZE * bytes_per_pixel), mtime=0)
