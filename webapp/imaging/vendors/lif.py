"""Leica LIF: an XML tree of images, then a block of plain pixels for each of them.

Source: the layout as liffile by Christoph Gohlke (BSD-3) reads it, checked against it.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from xml.etree.ElementTree import Element

import numpy as np

from webapp.imaging.limits import Limits, UnreadableImage, check_shape
from webapp.imaging.reader import Band, Facts
from webapp.imaging.series import check_series, numbered
from webapp.imaging.vendors.lif_layout import Layout, read_layout
from webapp.imaging.vendors.lif_words import channel_words, instrument, objective
from webapp.imaging.vendors.stored import CUT_OFF, StoredPlane, stored_bands
from webapp.imaging.vendors.xml import MAX_XML_BYTES, parse_xml

_BLOCK, _PART = 0x70, 0x2A

DAMAGED = (
    "This LIF file is damaged. Open it in LAS X, save it once more, or export the images as "
    "TIFF, and upload that."
)
NOTHING_TO_READ = (
    "This LIF file holds no image that can be read here: line scans, spectra, lifetimes and "
    "rotations are not. Export the images as TIFF and upload those."
)
LEFT_OUT = (
    "This file also holds {n} of another kind (line scans, spectra, lifetimes), not read here: "
    "{names}."
)


@dataclass(frozen=True)
class Picture:
    """One image of the file: a described image, or one tile of its mosaic."""

    element: Element
    name: str
    layout: Layout
    tile: int


@dataclass(frozen=True)
class LifReader:
    """One image of an open LIF file."""

    facts: Facts
    file: BinaryIO
    first_byte: int
    layout: Layout
    tile: int

    def bands(self, t: int, z: int) -> Iterator[Band]:
        """Yield the channels one after the other, or the colors of a picture together."""
        layout = self.layout
        dtype, n_samples = layout.dtype, layout.n_samples
        plane = StoredPlane(dtype, layout.height, layout.width, n_samples, layout.row_bytes)
        for c, start in enumerate(layout.channel_starts):
            offset = self.first_byte + layout.plane_start(t, z, self.tile) + start
            for row, samples in stored_bands(self.file, offset, plane):
                yield Band(c, row, samples[list(layout.sample_order)] if n_samples > 1 else samples)


def open_lif(source: Path, limits: Limits, series: int) -> LifReader:
    """Return a reader of image number `series` after its description was checked."""
    file = source.open("rb")
    root, version = _header(file)
    pictures, left_out = _pictures(root)
    if not pictures:
        raise UnreadableImage(NOTHING_TO_READ, ", ".join(left_out))
    check_series(len(pictures), series)
    picture = pictures[series]
    shape = picture.layout.shape
    check_shape(shape, limits)
    blocks = _blocks(file, version, source.stat().st_size)
    memory = picture.element.find("Memory")
    block = (memory.get("MemoryBlockID") or "") if memory is not None else ""
    if block not in blocks:
        raise UnreadableImage(CUT_OFF, f"no block {block!r}")
    first_byte, n_bytes = blocks[block]
    if picture.layout.last_byte > n_bytes:
        raise UnreadableImage(DAMAGED, f"{picture.layout.last_byte} bytes in {n_bytes}")
    if first_byte + picture.layout.last_byte > source.stat().st_size:
        raise UnreadableImage(CUT_OFF)
    facts = _facts(picture, shape, len(pictures), left_out)
    return LifReader(facts, file, first_byte, picture.layout, picture.tile)


def _header(file: BinaryIO) -> tuple[Element, int]:
    """Return the root of the XML and the version of the layout, 1 or 2."""
    start = file.read(13)
    if len(start) < 13:
        raise UnreadableImage(CUT_OFF)
    block, _, part, n_letters = struct.unpack("<IIBI", start)
    if block != _BLOCK or part != _PART or 2 * n_letters > MAX_XML_BYTES:
        raise UnreadableImage(DAMAGED, "no header")
    text = file.read(2 * n_letters)
    if len(text) < 2 * n_letters:
        raise UnreadableImage(CUT_OFF)
    root = parse_xml(text.decode("utf-16-le", "replace"))
    return root, int(root.get("Version", "2"))


def _blocks(file: BinaryIO, version: int, size_bytes: int) -> dict[str, tuple[int, int]]:
    """Return (first byte, number of bytes) of every block; the file is at the first one.

    A block that goes beyond the end is listed too: only images that need it are cut off.
    """
    form = struct.Struct("<IIBIBI" if version == 1 else "<IIBQBI")
    blocks = {}
    while len(head := file.read(form.size)) == form.size:
        block, _, part, n_bytes, name_part, n_letters = form.unpack(head)
        if (block, part, name_part) != (_BLOCK, _PART, _PART) or n_letters > 4096:
            raise UnreadableImage(DAMAGED, f"no block at {file.tell() - form.size}")
        name = file.read(2 * n_letters).decode("utf-16-le", "replace")
        first = file.tell()
        blocks[name] = (first, n_bytes)
        if first + n_bytes >= size_bytes:
            break
        file.seek(first + n_bytes)
    return blocks


def _pictures(root: Element) -> tuple[list[Picture], list[str]]:
    """Return all images in the order of the file, and the names of those of another kind."""
    pictures: list[Picture] = []
    left_out: list[str] = []
    for element, path in _elements(root, ()):
        if element.find("Data/Image/ImageDescription") is None:
            if element.find("Data/SingleMoleculeDetection") is not None:
                left_out.append(path)
            continue
        layout = read_layout(element)
        if layout is None:
            left_out.append(path)
            continue
        for tile in range(layout.n_tiles):
            is_mosaic = layout.n_tiles > 1
            name = numbered(f"{path} tile", tile, layout.n_tiles) if is_mosaic else path
            pictures.append(Picture(element, name, layout, tile))
    return pictures, left_out


def _elements(parent: Element, above: tuple[str, ...]) -> Iterator[tuple[Element, str]]:
    """Yield every element with its path; the outermost, which names the project, is left out."""
    for element in [*parent.findall("Element"), *parent.findall("Children/Element")]:
        here = (*above, element.get("Name", "").strip())
        yield element, " / ".join(name for name in here[1:] if name) or here[0]
        yield from _elements(element, here)


def _facts(
    picture: Picture, shape: tuple[int, int, int, int, int], n_series: int, left_out: list[str]
) -> Facts:
    """Put together what the description says."""
    layout = picture.layout
    names, colors = channel_words(picture.element, shape[1])
    is_color = layout.n_samples > 1
    told = ", ".join(left_out[:5]) + (" …" if len(left_out) > 5 else "")
    return Facts(
        shape=shape,
        source_dtype=np.dtype(layout.dtype).newbyteorder("=").name,
        source_format="LIF",
        channel_names=() if is_color else names,
        channel_colors=() if is_color else colors,
        pixel_size_um=layout.pixel_size_um,
        slice_step_um=layout.slice_step_um,
        frame_interval_s=layout.frame_interval_s,
        objective=objective(picture.element),
        instrument=instrument(picture.element),
        notes=(LEFT_OUT.format(n=len(left_out), names=told),) if left_out else (),
        is_color=is_color,
        n_series=n_series,
        series_name=picture.name if n_series > 1 else "",
    )
