"""Open a CZI: one image a scene, its planes put together from tiles."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from webapp.imaging.limits import Limits, UnreadableImage, check_shape
from webapp.imaging.reader import Band, Facts
from webapp.imaging.series import check_series
from webapp.imaging.vendors.czi.directory import DAMAGED, Tile, read_directory
from webapp.imaging.vendors.czi.mosaic import (
    Box,
    bounding_box,
    check_row_memory,
    covers,
    mosaic_bands,
)
from webapp.imaging.vendors.czi.pixels import check_compression, find_data, layout_of
from webapp.imaging.vendors.czi.words import Words

_OTHER = {
    "R": "rotations", "I": "directions of illumination", "H": "phases", "V": "views",
}  # fmt: skip
_N_COLORS = 3

Place = tuple[int, int, int]

PYRAMID_ONLY = (
    "This CZI file holds only reduced copies of its picture, without the pixels themselves. "
    "Export it again from ZEN with the full resolution and upload that file."
)
MORE_DIMENSIONS = (
    "This CZI file holds several {what}, which cannot be read here. Open it in ZEN, process or "
    "split it, export it as OME-TIFF, and upload that."
)
MIXED = (
    "The channels of this CZI file are stored in different ways (8 bit beside 16 bit, or colors "
    "beside grey), which cannot be read here. Export the channels one by one and upload those."
)
MISSING = (
    "Planes are missing in this CZI file: the acquisition was stopped or the file was cut off. "
    "Save what is complete in ZEN, or export it as OME-TIFF, and upload that."
)
STOPPED = "The acquisition was stopped early; the {n} complete time points were read."
GAPS = "Places that no tile of the mosaic shows are black."


@dataclass(frozen=True)
class CziReader:
    """One scene of an open CZI file; `planes` holds the tiles of each (t, c, z)."""

    facts: Facts
    file: BinaryIO
    planes: dict[Place, list[Tile]]
    box: Box

    def bands(self, t: int, z: int) -> Iterator[Band]:
        """Yield the channels one after the other, or the colors of a picture together."""
        n_channels = 1 if self.facts.is_color else self.facts.shape[1]
        for c in range(n_channels):
            for row, pixels in mosaic_bands(self.file, self.planes[t, c, z], self.box):
                yield Band(c, row, pixels)


def open_czi(source: Path, limits: Limits, series: int) -> CziReader:
    """Return a reader of scene number `series` after every tile's header was checked."""
    file = source.open("rb")
    directory = read_directory(file)
    full = [one for one in directory.tiles if not one.is_reduced]
    if not full:
        raise UnreadableImage(PYRAMID_ONLY if directory.tiles else DAMAGED)
    _check_dimensions(full)
    scenes = sorted({one.index("S") for one in full})
    check_series(len(scenes), series)
    tiles = [one for one in full if one.index("S") == scenes[series]]
    box = bounding_box(tiles)
    planes, (n_frames, n_channels, n_slices) = _planes(tiles)
    dtype, n_samples = layout_of(tiles[0].pixel_type)
    is_color = n_samples >= _N_COLORS
    if len({layout_of(one.pixel_type) for one in tiles}) > 1 or (is_color and n_channels > 1):
        raise UnreadableImage(MIXED)
    shape = (n_frames, _N_COLORS if is_color else n_channels, n_slices, box[2], box[3])
    check_shape(shape, limits)
    _check_tiles(file, planes, limits)
    words = Words(directory.metadata)
    facts = Facts(
        shape=shape,
        source_dtype=dtype.newbyteorder("=").name,
        source_format="CZI",
        channel_names=() if is_color else words.channel_names(n_channels),
        channel_colors=() if is_color else words.channel_colors(n_channels),
        pixel_size_um=words.pixel_size_um,
        slice_step_um=words.slice_step_um,
        frame_interval_s=words.frame_interval_s,
        objective=words.objective,
        instrument=words.instrument,
        notes=_notes(tiles, planes, box),
        is_color=is_color,
        n_series=len(scenes),
        series_name=words.scene_name(scenes[series], len(scenes)) if len(scenes) > 1 else "",
    )
    return CziReader(facts, file, planes, box)


def _check_tiles(file: BinaryIO, planes: dict[Place, list[Tile]], limits: Limits) -> None:
    """Refuse, before the first pixel, tiles that cannot be decoded or are not there."""
    for plane in planes.values():
        check_row_memory(plane, limits)
        for one in plane:
            check_compression(one)
            find_data(file, one)


def _notes(tiles: list[Tile], planes: dict[Place, list[Tile]], box: Box) -> tuple[str, ...]:
    """Return what to tell about gaps, and about frames that were left out."""
    has_gaps = not all(covers(plane, box) for plane in planes.values())
    n_frames = len({t for t, _, _ in planes})
    was_stopped = n_frames < len({one.index("T") for one in tiles})
    stopped = (STOPPED.format(n=n_frames),) if was_stopped else ()
    return ((GAPS,) if has_gaps else ()) + stopped


def _check_dimensions(tiles: list[Tile]) -> None:
    """Refuse rotations, illuminations, phases and views."""
    for letter, what in _OTHER.items():
        if len({one.index(letter) for one in tiles}) > 1:
            raise UnreadableImage(MORE_DIMENSIONS.format(what=what))


def _planes(tiles: list[Tile]) -> tuple[dict[Place, list[Tile]], Place]:
    """Return the tiles of each plane, counted from 0, and how many there are along T, C, Z.

    Of an acquisition that was stopped only the frames with all their planes are counted.
    """
    values = [sorted({one.index(letter) for one in tiles}) for letter in "TCZ"]
    numbers = [{value: number for number, value in enumerate(found)} for found in values]
    planes: dict[Place, list[Tile]] = defaultdict(list)
    for one in tiles:
        t, c, z = (counted[one.index(a)] for a, counted in zip("TCZ", numbers, strict=True))
        planes[t, c, z].append(one)
    n_frames, n_channels, n_slices = (len(found) for found in values)
    inside = list(itertools.product(range(n_channels), range(n_slices)))
    are_complete = [all((t, *place) in planes for place in inside) for t in range(n_frames)]
    n_complete = are_complete.index(False) if False in are_complete else n_frames
    if n_complete < 1 or any(are_complete[n_complete:]):
        raise UnreadableImage(MISSING, f"frames with all planes: {are_complete}")
    whole = {place: found for place, found in planes.items() if place[0] < n_complete}
    return whole, (n_complete, n_channels, n_slices)
