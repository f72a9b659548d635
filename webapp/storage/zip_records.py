"""The records around the files of a zip, as bytes: PKWARE's APPNOTE 6.3.10, sections 4.3 and 4.5.

Files are stored, not compressed; sizes and checksums follow the bytes. What does not fit into the
fields of 16 or 32 bits is said in those of zip64.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from datetime import datetime

MOST_32, MOST_16 = 0xFFFF_FFFF, 0xFFFF
_FLAGS = 0x0808  # a data descriptor follows, and names are UTF-8
_PLAIN, _ZIP64 = 20, 45
_MADE_BY_UNIX = 3 << 8
_ATTRIBUTES = 0o100644 << 16
_EXTRA = 1


@dataclass(frozen=True)
class Stored:
    """A file of the zip: its UTF-8 path, size and place in bytes, CRC-32, and when it was made."""

    name: bytes
    size_bytes: int
    crc: int
    offset: int
    written_at: datetime

    @property
    def is_large(self) -> bool:
        """Its size needs zip64, in every record."""
        return self.size_bytes >= MOST_32


def local_header(file: Stored) -> bytes:
    """What stands before the bytes of a file; its checksum is not known yet."""
    extra = struct.pack("<HHQQ", _EXTRA, 16, 0, 0) if file.is_large else b""
    told = MOST_32 if file.is_large else 0
    version = _ZIP64 if file.is_large else _PLAIN
    fields = (b"PK\x03\x04", version, _FLAGS, 0, *_time_of(file), 0, told, told)
    return struct.pack("<4s5H3I2H", *fields, len(file.name), len(extra)) + file.name + extra


def descriptor(file: Stored) -> bytes:
    """What stands behind the bytes of a file."""
    sizes = "QQ" if file.is_large else "II"
    return struct.pack(f"<4sI{sizes}", b"PK\x07\x08", file.crc, file.size_bytes, file.size_bytes)


def directory_record(file: Stored) -> bytes:
    """What the directory at the end says of a file."""
    large = [file.size_bytes] * 2 if file.is_large else []
    large += [file.offset] if file.offset >= MOST_32 else []
    extra = struct.pack(f"<HH{len(large)}Q", _EXTRA, 8 * len(large), *large) if large else b""
    size = min(file.size_bytes, MOST_32)
    version = _ZIP64 if large else _PLAIN
    made = (_MADE_BY_UNIX | version, version, _FLAGS, 0, *_time_of(file))
    sizes = (file.crc, size, size, len(file.name), len(extra))
    place = (0, 0, 0, _ATTRIBUTES, min(file.offset, MOST_32))
    fields = struct.pack("<4s6H3I2H3H2I", b"PK\x01\x02", *made, *sizes, *place)
    return fields + file.name + extra


def end_records(n_files: int, directory_bytes: int, offset: int) -> bytes:
    """The end of the zip: how many files, and where the directory lies."""
    needs_64 = n_files >= MOST_16 or directory_bytes >= MOST_32 or offset >= MOST_32
    large = b""
    if needs_64:
        end = offset + directory_bytes
        about = (_ZIP64, _ZIP64, 0, 0, n_files, n_files, directory_bytes, offset)
        large = struct.pack("<4sQ2H2I4Q", b"PK\x06\x06", 44, *about)
        large += struct.pack("<4sIQI", b"PK\x06\x07", 0, end, 1)
    n = min(n_files, MOST_16)
    place = (min(directory_bytes, MOST_32), min(offset, MOST_32))
    return large + struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, n, n, *place, 0)


def _time_of(file: Stored) -> tuple[int, int]:
    """Time and date of MS-DOS, in steps of two seconds from 1980 on."""
    at = file.written_at
    time = at.hour << 11 | at.minute << 5 | at.second // 2
    return time, (at.year - 1980) << 9 | at.month << 5 | at.day
