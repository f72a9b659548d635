"""The table of contents at the end of a zip file, looked at before a library reads it.

Source: PKWARE's APPNOTE 6.3.10, sections 4.3.14 to 4.3.16.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import BinaryIO

MAGIC = b"PK\x03\x04"
MOST_BYTES = 64 * 2**20
ZARR_NAMES = (b"zarr.json", b".zattrs", b".zgroup", b".zarray", b".zarr/")
_END = struct.Struct("<4s4H2LH")
_END_MAGIC, _END64_MAGIC = b"PK\x05\x06", b"PK\x06\x06"
_LONGEST_COMMENT = 2**16
_IN_64_BITS = 0xFFFFFFFF


class BadDirectory(ValueError):
    """There is no table of contents, or one that would fill the memory."""


def directory_place(file: BinaryIO) -> tuple[int, int]:
    """Return where the table of contents begins and how many bytes it has, at most 64 MB."""
    size = file.seek(0, 2)
    tail_at = max(0, size - _END.size - _LONGEST_COMMENT - 100)
    file.seek(tail_at)
    tail = file.read()
    at = tail.rfind(_END_MAGIC)
    if at < 0 or len(tail) - at < _END.size:
        raise BadDirectory
    n_bytes, first = _END.unpack_from(tail, at)[5:7]
    end = tail_at + at
    at64 = tail.rfind(_END64_MAGIC, 0, at)
    if at64 >= 0 and len(tail) - at64 >= 56:
        n_bytes64, first64 = struct.unpack_from("<QQ", tail, at64 + 40)
        n_bytes = max(n_bytes if n_bytes != _IN_64_BITS else 0, n_bytes64)
        first = first64 if first == _IN_64_BITS else first
        end = tail_at + at64
    if n_bytes > MOST_BYTES:
        raise BadDirectory
    return max(0, end - n_bytes if first + n_bytes > end else first), n_bytes


def holds_zarr(path: Path) -> bool:
    """Whether a zip file names files or the folder of a Zarr; False for any other file."""
    with path.open("rb") as file:
        if file.read(len(MAGIC)) != MAGIC:
            return False
        try:
            first, n_bytes = directory_place(file)
        except BadDirectory:
            return False
        file.seek(first)
        directory = file.read(n_bytes)
    return any(name in directory for name in ZARR_NAMES)
