"""The tiles of one plane put together by their positions, band by band."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

import numpy as np

from webapp.imaging.limits import Limits, check_plane_memory
from webapp.imaging.reader import Pixels
from webapp.imaging.vendors.czi.directory import Tile
from webapp.imaging.vendors.czi.pixels import PLAIN, find_data, layout_of

N_BAND_ROWS = 256

Box = tuple[int, int, int, int]
"""Top, left, height and width in the coordinates of the stage, in pixels."""


def bounding_box(tiles: list[Tile]) -> Box:
    """Return the smallest box that holds all tiles."""
    top, left = min(one.top for one in tiles), min(one.left for one in tiles)
    bottom = max(one.top + one.height for one in tiles)
    right = max(one.left + one.width for one in tiles)
    return top, left, bottom - top, right - left


def covers(tiles: list[Tile], box: Box) -> bool:
    """Return whether the tiles can cover the box; overlaps may hide a gap."""
    return sum(one.height * one.width for one in tiles) >= box[2] * box[3]


def check_row_memory(tiles: list[Tile], limits: Limits) -> None:
    """Refuse compressed tiles that lie in one row and do not fit into memory together."""
    changes: list[tuple[int, int]] = []
    for one in tiles:
        if one.compression != PLAIN:
            dtype, n_samples = layout_of(one.pixel_type)
            n_bytes = one.height * one.width * n_samples * dtype.itemsize
            changes += [(one.top - N_BAND_ROWS, n_bytes), (one.top + one.height, -n_bytes)]
    held = largest = 0
    for _, n_bytes in sorted(changes):
        held += n_bytes
        largest = max(largest, held)
    check_plane_memory(largest, limits)


def mosaic_bands(file: BinaryIO, tiles: list[Tile], box: Box) -> Iterator[tuple[int, Pixels]]:
    """Yield (first row, (samples, rows, X)); what no tile shows is 0, later tiles lie on top.

    A compressed tile is decoded once and kept until the bands have passed it.
    """
    top, left, height, width = box
    dtype, n_samples = layout_of(tiles[0].pixel_type)
    ordered = sorted(tiles, key=lambda one: one.index("M"))
    kept: dict[int, Pixels] = {}
    for row in range(0, height, N_BAND_ROWS):
        n_rows = min(N_BAND_ROWS, height - row)
        shape = (min(n_samples, 3), n_rows, width)
        band = np.zeros(shape, dtype.newbyteorder("="))
        for one in ordered:
            first = one.top - top
            begin, end = max(row, first), min(row + n_rows, first + one.height)
            if begin >= end:
                kept.pop(one.position, None)
                continue
            pixels = _rows(file, one, (begin - first, end - first), kept)
            x = one.left - left
            band[:, begin - row : end - row, x : x + one.width] = pixels
        yield row, band


def _rows(file: BinaryIO, tile: Tile, rows: tuple[int, int], kept: dict[int, Pixels]) -> Pixels:
    if tile.compression == PLAIN:
        return find_data(file, tile).rows(file, rows)
    if tile.position not in kept:
        kept[tile.position] = find_data(file, tile).decoded(file)
    return kept[tile.position][:, rows[0] : rows[1]]
