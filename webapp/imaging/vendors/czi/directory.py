"""The directory of a CZI file: what each tile shows, where it lies, how it is stored.

Source: the CZI file format as libczi describes it, https://zeiss.github.io/libczi
(names of fields are those of its DirectoryEntryDV).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import BinaryIO

from webapp.imaging.limits import UnreadableImage
from webapp.imaging.vendors.stored import CUT_OFF

N_SEGMENT_HEADER_BYTES = 32
N_DIRECTORY_HEADER_BYTES = 128
N_METADATA_HEADER_BYTES = 256
MAX_TILES = 5_000_000
MAX_DIMENSIONS = 32
_SEGMENT = struct.Struct("<16sQQ")
_ENTRY = struct.Struct("<2siqiiB5xi")
_DIMENSION = struct.Struct("<4siifi")

DAMAGED = (
    "This CZI file is damaged. Open it in ZEN, save it once more, or export it as OME-TIFF, and "
    "upload that file."
)
PART = (
    "This CZI file is one of several files of one acquisition. Save the acquisition as one file "
    "in ZEN and upload that."
)


@dataclass(frozen=True)
class Tile:
    """One entry: `starts` and `sizes` by the letter of the dimension, X and Y in pixels."""

    pixel_type: int
    compression: int
    position: int
    starts: dict[str, int]
    sizes: dict[str, int]
    is_reduced: bool

    @property
    def top(self) -> int:
        return self.starts["Y"]

    @property
    def left(self) -> int:
        return self.starts["X"]

    @property
    def height(self) -> int:
        return self.sizes["Y"]

    @property
    def width(self) -> int:
        return self.sizes["X"]

    def index(self, dimension: str) -> int:
        """Return where the tile lies along a dimension, 0 when it is not mentioned."""
        return self.starts.get(dimension, 0)


@dataclass(frozen=True)
class Directory:
    """All tiles of a file and its description as XML."""

    tiles: tuple[Tile, ...]
    metadata: str


def read_directory(file: BinaryIO) -> Directory:
    """Follow the header to the directory and the description."""
    size_bytes = file.seek(0, 2)
    header = _segment(file, 0, b"ZISRAWFILE", 80)
    directory_at, metadata_at = struct.unpack("<qq", header[52:68])
    (part,) = struct.unpack("<i", header[48:52])
    if part:
        raise UnreadableImage(PART, f"part {part}")
    if not 0 < directory_at < size_bytes:
        raise UnreadableImage(CUT_OFF, f"the directory is at {directory_at}")
    tiles = _tiles(file, directory_at)
    is_described = 0 < metadata_at < size_bytes
    return Directory(tiles, _metadata(file, metadata_at) if is_described else "")


def _segment(file: BinaryIO, position: int, name: bytes, n_bytes: int) -> bytes:
    """Return the first bytes of a segment's content after checking its name."""
    file.seek(position)
    header = file.read(N_SEGMENT_HEADER_BYTES)
    content = file.read(n_bytes)
    if len(header) < N_SEGMENT_HEADER_BYTES or len(content) < n_bytes:
        raise UnreadableImage(CUT_OFF)
    if _SEGMENT.unpack(header)[0].rstrip(b"\x00") != name:
        raise UnreadableImage(DAMAGED, f"no {name!r} at {position}")
    return content


def _tiles(file: BinaryIO, position: int) -> tuple[Tile, ...]:
    head = _segment(file, position, b"ZISRAWDIRECTORY", N_DIRECTORY_HEADER_BYTES)
    (n_tiles,) = struct.unpack_from("<i", head)
    if not 0 <= n_tiles <= MAX_TILES:
        raise UnreadableImage(DAMAGED, f"{n_tiles} tiles")
    return tuple(read_entry(file) for _ in range(n_tiles))


def read_entry(file: BinaryIO) -> Tile:
    """Read one entry, in the directory or in front of the tile itself."""
    head = file.read(_ENTRY.size)
    if len(head) < _ENTRY.size:
        raise UnreadableImage(CUT_OFF)
    schema, pixel_type, position, _, compression, pyramid, n_dimensions = _ENTRY.unpack(head)
    if schema != b"DV" or not 0 < n_dimensions <= MAX_DIMENSIONS:
        raise UnreadableImage(DAMAGED, f"entry {schema!r} of {n_dimensions} dimensions")
    starts, sizes, is_reduced = {}, {}, bool(pyramid)
    for _ in range(n_dimensions):
        content = file.read(_DIMENSION.size)
        if len(content) < _DIMENSION.size:
            raise UnreadableImage(CUT_OFF)
        letter, start, size, _, stored = _DIMENSION.unpack(content)
        name = letter.rstrip(b"\x00 ").decode("latin-1")
        starts[name], sizes[name] = start, size
        is_reduced |= name in ("X", "Y") and stored != size
    if min(sizes.get("X", 0), sizes.get("Y", 0)) < 1:
        raise UnreadableImage(DAMAGED, "a tile without a size")
    return Tile(pixel_type, compression, position, starts, sizes, is_reduced)


def _metadata(file: BinaryIO, position: int) -> str:
    head = _segment(file, position, b"ZISRAWMETADATA", N_METADATA_HEADER_BYTES)
    (n_bytes,) = struct.unpack_from("<i", head)
    content = file.read(max(0, n_bytes))
    if len(content) < n_bytes:
        raise UnreadableImage(CUT_OFF)
    return content.decode("utf-8", "replace")
