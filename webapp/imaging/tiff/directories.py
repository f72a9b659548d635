"""Walk the chain of TIFF directories with nothing but seek and read.

A damaged chain can run in a circle or out of the file; this is found here, before a library
follows it. Source: TIFF 6.0, section 2; BigTIFF after https://www.awaresystems.be.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import BinaryIO

from webapp.imaging.limits import UnreadableImage

MAX_PAGES = 200_000
MAX_TAGS = 4096

CUT_OFF = (
    "This TIFF file ends too early: it was cut off while it was written or copied. Copy or "
    "export it again and upload it once more."
)
CIRCULAR = (
    "The list of pages in this TIFF file runs in a circle, so the file is damaged. Export it "
    "again from the microscope software and upload it once more."
)
DAMAGED_LIST = (
    "The list of pages in this TIFF file is damaged. Export it again from the microscope "
    "software and upload it once more."
)


def count_directories(source: Path) -> int:
    """Return the number of pages in the main chain, or raise UnreadableImage."""
    size_bytes = source.stat().st_size
    with source.open("rb") as file:
        order, is_big = _byte_order(file)
        offset = _read(file, 8 if is_big else 4, order + ("Q" if is_big else "I"))
        seen: set[int] = set()
        while offset:
            if offset >= size_bytes:
                raise UnreadableImage(CUT_OFF)
            if offset in seen:
                raise UnreadableImage(CIRCULAR)
            if len(seen) == MAX_PAGES:
                raise UnreadableImage(DAMAGED_LIST)
            seen.add(offset)
            offset = _next_offset(file, offset, order, is_big)
    if not seen:
        raise UnreadableImage(DAMAGED_LIST)
    return len(seen)


def _byte_order(file: BinaryIO) -> tuple[str, bool]:
    """Return struct's byte order mark and whether this is a BigTIFF; file is then at the chain."""
    head = file.read(4)
    order = "<" if head[:2] == b"II" else ">"
    is_big = 43 in head[2:4]
    if is_big:
        file.seek(8)
    return order, is_big


def _next_offset(file: BinaryIO, offset: int, order: str, is_big: bool) -> int:
    """Return the offset of the directory after the one at `offset`, 0 after the last."""
    file.seek(offset)
    n_tags = _read(file, 8 if is_big else 2, order + ("Q" if is_big else "H"))
    if n_tags > MAX_TAGS:
        raise UnreadableImage(DAMAGED_LIST)
    file.seek(n_tags * (20 if is_big else 12), 1)
    size = 8 if is_big else 4
    packed = file.read(size)
    if len(packed) < size:
        return 0  # the last directory may lie at the very end without its closing zero
    return int(struct.unpack(order + ("Q" if is_big else "I"), packed)[0])


def _read(file: BinaryIO, size: int, layout: str) -> int:
    """Read one unsigned number."""
    packed = file.read(size)
    if len(packed) < size:
        raise UnreadableImage(CUT_OFF)
    return int(struct.unpack(layout, packed)[0])
