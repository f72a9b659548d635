"""The chunks of an ND2 file: each has a name, and a map at the end says where it begins.

Source: the layout as the library nd2 by Talley Lambert (BSD-3) reads it, checked against it.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import BinaryIO

from webapp.imaging.limits import UnreadableImage
from webapp.imaging.vendors.stored import CUT_OFF

MAGIC = 0x0ABECEDA
FILE_SIGNATURE = b"ND2 FILE SIGNATURE CHUNK NAME01!"
MAP_SIGNATURE = b"ND2 CHUNK MAP SIGNATURE 0000001!"
MAP_NAME = b"ND2 FILEMAP SIGNATURE NAME 0001!"
HEADER = struct.Struct("<IIQ")
_PLACE = struct.Struct("<QQ")
MAX_DESCRIPTION_BYTES = 256 * 1024**2

DAMAGED = (
    "This ND2 file is damaged. Open it in NIS-Elements, save it once more as ND2 or TIFF, and "
    "upload that file."
)


@dataclass(frozen=True)
class Chunks:
    """An open file and where its chunks begin."""

    file: BinaryIO
    size_bytes: int
    places: dict[bytes, int]

    @classmethod
    def of(cls, file: BinaryIO) -> Chunks:
        """Read the map; without it the end of the file is missing."""
        size_bytes = file.seek(0, 2)
        if size_bytes < 4096:
            raise UnreadableImage(CUT_OFF)
        file.seek(-40, 2)
        signature, start = struct.unpack("<32sQ", file.read(40))
        if signature != MAP_SIGNATURE:
            raise UnreadableImage(CUT_OFF)
        chunks = cls(file, size_bytes, {MAP_NAME: start})
        return cls(file, size_bytes, _places(chunks.read(MAP_NAME)))

    def data_of(self, name: bytes) -> tuple[int, int]:
        """Return (first byte, number of bytes) of the data of a chunk."""
        if name not in self.places:
            raise UnreadableImage(DAMAGED, f"no chunk {name!r}")
        place = self.places[name]
        self.file.seek(place)
        header = self.file.read(HEADER.size)
        if len(header) < HEADER.size:
            raise UnreadableImage(CUT_OFF)
        magic, n_name, n_data = HEADER.unpack(header)
        if magic != MAGIC:
            raise UnreadableImage(DAMAGED, f"no chunk begins at {place}")
        first = place + HEADER.size + n_name
        if first + n_data > self.size_bytes:
            raise UnreadableImage(CUT_OFF)
        return first, n_data

    def read(self, name: bytes) -> bytes:
        """Return the data of a chunk of the description."""
        first, n_bytes = self.data_of(name)
        if n_bytes > MAX_DESCRIPTION_BYTES:
            raise UnreadableImage(DAMAGED, f"{name!r} has {n_bytes} bytes")
        self.file.seek(first)
        return self.file.read(n_bytes)


def _places(content: bytes) -> dict[bytes, int]:
    """Return where each chunk begins: names end with "!", then offset and size."""
    places: dict[bytes, int] = {}
    position = 0
    while True:
        end = content.find(b"!", position) + 1
        if not end or end + _PLACE.size > len(content):
            raise UnreadableImage(DAMAGED, "the map of chunks has no end")
        name = content[position:end]
        if name == MAP_SIGNATURE:
            return places
        places[name] = _PLACE.unpack_from(content, end)[0]
        position = end + _PLACE.size
