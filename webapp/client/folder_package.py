"""A folder that is one image, such as an OME-Zarr, sent as one zip that is never written.

The zip is stored without compression, so each of its bytes follows from the files of the folder:
an interrupted upload goes on in the middle. Source: PKWARE's APPNOTE 6.3.10.
"""

from __future__ import annotations

import struct
import zlib
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from pathlib import Path

MARKS = ("zarr.json", ".zattrs", ".zgroup", ".zarray")
LITTER = (".ds_store", "thumbs.db", "desktop.ini")
PIECE_BYTES = 1 << 20
_UTF_8 = 0x800
_JANUARY_1980 = 0x21
_FULL_16, _FULL_32 = 0xFFFF, 0xFFFFFFFF
_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR = struct.Struct("<4sLQL")
_END = struct.Struct("<4s4H2LH")


def is_zarr(folder: Path) -> bool:
    """Whether a folder is a Zarr: by its name, or by what lies in it."""
    return folder.suffix.lower() == ".zarr" or any((folder / mark).exists() for mark in MARKS)


@dataclass(frozen=True)
class _Member:
    path: Path
    name: bytes
    n_bytes: int


class FolderPackage:
    """The zip of a folder: its name, its size and any part of it."""

    def __init__(self, folder: Path) -> None:
        self.path = folder
        self.name = f"{folder.resolve().name}.zip"

    @property
    def identity(self) -> str:
        """What changes when any file of the folder does."""
        latest = max((one.path.stat().st_mtime_ns for one in self._members), default=0)
        return f"{self.path.resolve()} {self.size_bytes} {latest}"

    @cached_property
    def size_bytes(self) -> int:
        """How long the zip is."""
        return self._starts[-1] + len(self._directory)

    def read(self, offset: int, n_bytes: int) -> bytes:
        """Return a part of the zip; OSError when a file changed meanwhile."""
        found = b""
        while len(found) < n_bytes and offset + len(found) < self.size_bytes:
            found += self._read_some(offset + len(found), n_bytes - len(found))
        return found

    def _read_some(self, offset: int, n_bytes: int) -> bytes:
        """Return bytes of the one piece that lies at an offset."""
        number = bisect_right(self._starts, offset) - 1
        inside = offset - self._starts[number]
        if number == len(self._members):
            return self._directory[inside : inside + n_bytes]
        header = self._header(number)
        if inside < len(header):
            return header[inside : inside + n_bytes]
        member, at = self._members[number], inside - len(header)
        with member.path.open("rb") as file:
            file.seek(at)
            piece = file.read(min(n_bytes, member.n_bytes - at))
        if not piece:
            raise OSError(f"{member.path} became shorter while it was sent.")
        return piece

    @cached_property
    def _members(self) -> list[_Member]:
        root = self.path.resolve()
        paths = sorted(
            path
            for path in root.rglob("*")
            if path.is_file() and not path.is_symlink() and path.name.lower() not in LITTER
        )
        return [
            _Member(path, f"{root.name}/{path.relative_to(root).as_posix()}".encode(), size)
            for path in paths
            if (size := path.stat().st_size) < _FULL_32
        ]

    @cached_property
    def _starts(self) -> list[int]:
        """Where each member begins, and after them the table of contents."""
        lengths = [_LOCAL.size + len(one.name) + one.n_bytes for one in self._members]
        return [0, *accumulate(lengths)]

    @cached_property
    def _checksums(self) -> list[int]:
        return [_checksum(one.path) for one in self._members]

    def _header(self, number: int) -> bytes:
        one = self._members[number]
        sizes = (self._checksums[number], one.n_bytes, one.n_bytes)
        packed = _LOCAL.pack(
            b"PK\x03\x04", 20, _UTF_8, 0, 0, _JANUARY_1980, *sizes, len(one.name), 0
        )
        return packed + one.name

    @cached_property
    def _directory(self) -> bytes:
        """The table of contents and the end of the zip."""
        entries = b"".join(self._entry(number) for number in range(len(self._members)))
        return entries + _end(len(self._members), len(entries), self._starts[-1])

    def _entry(self, number: int) -> bytes:
        one, start = self._members[number], self._starts[number]
        extra = struct.pack("<2HQ", 1, 8, start) if start >= _FULL_32 else b""
        sizes = (self._checksums[number], one.n_bytes, one.n_bytes)
        packed = _CENTRAL.pack(
            *(b"PK\x01\x02", 45, 45, _UTF_8, 0, 0, _JANUARY_1980, *sizes),
            *(len(one.name), len(extra), 0, 0, 0, 0, min(start, _FULL_32)),
        )
        return packed + one.name + extra


def _end(n_members: int, n_bytes: int, start: int) -> bytes:
    """The end of a zip; with numbers of 64 bits where 32 are too few."""
    end64 = b""
    if n_members >= _FULL_16 or start >= _FULL_32:
        end64 = _END64.pack(
            b"PK\x06\x06", 44, 45, 45, 0, 0, n_members, n_members, n_bytes, start
        ) + _LOCATOR.pack(b"PK\x06\x07", 0, start + n_bytes, 1)
    count = min(n_members, _FULL_16)
    return end64 + _END.pack(b"PK\x05\x06", 0, 0, count, count, n_bytes, min(start, _FULL_32), 0)


def _checksum(path: Path) -> int:
    value = 0
    with path.open("rb") as file:
        while piece := file.read(PIECE_BYTES):
            value = zlib.crc32(piece, value)
    return value
