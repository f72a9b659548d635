"""A tiled BigTIFF with sub-resolutions, made from the tiles of a pyramid while it is sent.

Each tile lies on the disk as gzip, and TIFF's deflate is the same stream in another wrapping
(RFC 1951 within RFC 1952 and 1950), so no pixel is compressed anew. All sizes are known before the
first byte: tiles come first, then the directories that point at them.
Sources: TIFF 6.0 with Adobe's technical note on SubIFDs; BigTIFF after https://www.awaresystems.be;
https://docs.openmicroscopy.org/ome-model/latest/ome-tiff/specification.html.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np

from webapp.imaging.tiles import TILE_SIZE

_HEADER_BYTES = 16
_GZIP_HEADER = 10
_GZIP_AROUND = 18
_ZLIB_AROUND = 6
_SHORT, _LONG, _ASCII, _LONG8, _IFD8 = 3, 4, 2, 16, 18
_CODES = {_SHORT: "H", _LONG: "I", _ASCII: "B", _LONG8: "Q", _IFD8: "Q"}
_KINDS = {"u": 1, "i": 2, "f": 3}


@dataclass(frozen=True)
class TiffLevel:
    """One level of a plane: its size in pixels and the file of each tile, row by row.

    A file that is not there is a tile of zeros.
    """

    height: int
    width: int
    tiles: tuple[Path, ...]


Plane = Sequence[TiffLevel]
"""The levels of one plane, the finest first."""


def levels_of_plane(
    sizes: Sequence[tuple[int, int]], tile: Callable[[int, int, int], Path]
) -> Plane:
    """The levels of a plane; `tile` gives the file of (level, row, column)."""
    return [
        TiffLevel(
            height,
            width,
            tuple(
                tile(level, row, col)
                for row in range(-(-height // TILE_SIZE))
                for col in range(-(-width // TILE_SIZE))
            ),
        )
        for level, (height, width) in enumerate(sizes)
    ]


@dataclass(frozen=True)
class TiledTiff:
    """The file: the type of its pixels, its planes in order, and the text of its description."""

    dtype: np.dtype[Any]
    planes: Sequence[Plane]
    description: bytes

    @property
    def n_bytes(self) -> int:
        """How long the file is."""
        return self._directories_at + sum(self._directory_bytes(number) for number in self._all)

    def pieces(self) -> Iterator[bytes]:
        """The bytes of the file; OSError when a tile has changed meanwhile or is damaged."""
        yield b"II" + struct.pack("<HHHQ", 43, 8, 0, self._directories_at)
        yield self._zeros
        for path in self._tile_files:
            yield _as_zlib(path, self._sizes[path])
        at = self._directories_at
        for number in self._all:
            written = self._directories(number, at)
            at += len(written)
            yield written

    @property
    def _all(self) -> range:
        return range(len(self.planes))

    @property
    def _zeros(self) -> bytes:
        """The tile without anything in it, which all such tiles share."""
        return _empty_tile(self.dtype.itemsize)

    @cached_property
    def _tile_files(self) -> list[Path]:
        every = (path for plane in self.planes for level in plane for path in level.tiles)
        return [path for path in every if path.is_file()]

    @cached_property
    def _sizes(self) -> dict[Path, int]:
        """How many bytes each tile has in the file."""
        return {
            path: path.stat().st_size - _GZIP_AROUND + _ZLIB_AROUND for path in self._tile_files
        }

    @cached_property
    def _offsets(self) -> dict[Path, int]:
        offsets: dict[Path, int] = {}
        at = _HEADER_BYTES + len(self._zeros)
        for path in self._tile_files:
            offsets[path] = at
            at += self._sizes[path]
        return offsets

    @cached_property
    def _directories_at(self) -> int:
        return _HEADER_BYTES + len(self._zeros) + sum(self._sizes.values())

    def _directory_bytes(self, number: int) -> int:
        return len(self._directories(number, 0))

    def _directories(self, number: int, at: int) -> bytes:
        """The directory of a plane and behind it those of its coarser levels, from byte `at` on."""
        finest, *coarser = self.planes[number]
        text = self.description + b"\0" if number == 0 else b""
        subs = [_packed(self._tags(level, 1), 0, 0) for level in coarser]
        own = len(_packed(self._tags(finest, 0, text, [0] * len(subs)), 0, 0))
        sub_offsets = [at + own + sum(map(len, subs[:i])) for i in range(len(subs))]
        following = at + own + sum(map(len, subs)) if number + 1 < len(self.planes) else 0
        tags = self._tags(finest, 0, text, sub_offsets)
        below = [
            _packed(self._tags(level, 1), offset, 0)
            for level, offset in zip(coarser, sub_offsets, strict=True)
        ]
        return _packed(tags, at, following) + b"".join(below)

    def _tags(
        self, level: TiffLevel, is_reduced: int, text: bytes = b"", subs: Sequence[int] = ()
    ) -> list[tuple[int, int, Sequence[int]]]:
        """Tag, type and values, ascending."""
        zeros = _HEADER_BYTES
        tags: list[tuple[int, int, Sequence[int]]] = [
            (254, _LONG, [is_reduced]),
            (256, _LONG, [level.width]),
            (257, _LONG, [level.height]),
            (258, _SHORT, [8 * self.dtype.itemsize]),
            (259, _SHORT, [8]),
            (262, _SHORT, [1]),
            (270, _ASCII, text),
            (277, _SHORT, [1]),
            (305, _ASCII, b"Coverslip\0"),
            (322, _LONG, [TILE_SIZE]),
            (323, _LONG, [TILE_SIZE]),
            (324, _LONG8, [self._offsets.get(path, zeros) for path in level.tiles]),
            (325, _LONG, [self._sizes.get(path, len(self._zeros)) for path in level.tiles]),
            (330, _IFD8, subs),
            (339, _SHORT, [_KINDS[self.dtype.kind]]),
        ]
        return [tag for tag in tags if len(tag[2])]


@cache
def _empty_tile(itemsize: int) -> bytes:
    return zlib.compress(bytes(TILE_SIZE * TILE_SIZE * itemsize), 9)


def _packed(tags: Sequence[tuple[int, int, Sequence[int]]], at: int, following: int) -> bytes:
    """A directory at byte `at` with the values that do not fit into it behind it."""
    entries, behind = [], b""
    behind_at = at + 8 + 20 * len(tags) + 8
    for tag, kind, values in tags:
        data = struct.pack(f"<{len(values)}{_CODES[kind]}", *values)
        if len(data) > 8:
            place = struct.pack("<Q", behind_at + len(behind))
            behind += data + b"\0" * (-len(data) % 8)
        else:
            place = data.ljust(8, b"\0")
        entries.append(struct.pack("<HHQ", tag, kind, len(values)) + place)
    head = struct.pack("<Q", len(tags)) + b"".join(entries) + struct.pack("<Q", following)
    return head + behind


def _as_zlib(path: Path, n_bytes: int) -> bytes:
    """A gzip file of one member without a name, as a zlib stream of `n_bytes`."""
    packed = path.read_bytes()
    if packed[:4] != b"\x1f\x8b\x08\0" or len(packed) != n_bytes - _ZLIB_AROUND + _GZIP_AROUND:
        raise OSError(f"{path.name} is no tile any more")
    body = packed[_GZIP_HEADER:-8]
    try:
        checksum = zlib.adler32(zlib.decompress(body, wbits=-15))
    except zlib.error as damage:
        raise OSError(f"{path.name} is damaged") from damage
    return b"\x78\x9c" + body + struct.pack(">I", checksum)
