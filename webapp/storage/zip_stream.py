"""A zip that is made while it is sent: stored, zip64 where it must be, in constant memory.

Microscope files hardly shrink, so nothing is compressed. Sizes and checksums follow the bytes, so
each file is read once. The standard library keeps an object for each file until the end.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import SpooledTemporaryFile

from webapp.storage.zip_records import (
    Stored,
    descriptor,
    directory_record,
    end_records,
    local_header,
)

PIECE_BYTES = 1 << 18
DIRECTORY_BYTES = 1 << 20
EARLIEST = datetime(1980, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Entry:
    """A file of the zip: its path in it, how many bytes it has, and where they come from."""

    name: str
    size_bytes: int
    pieces: Callable[[], Iterable[bytes]]
    written_at: datetime = EARLIEST


def of_file(name: str, path: Path, written_at: datetime = EARLIEST) -> Entry:
    """An entry of a file on the disk, read when its turn comes."""
    return Entry(name, path.stat().st_size, lambda: pieces_of(path), written_at)


def of_bytes(name: str, content: bytes, written_at: datetime = EARLIEST) -> Entry:
    """An entry whose bytes are in memory already."""
    return Entry(name, len(content), lambda: [content], written_at)


def pieces_of(path: Path) -> Iterator[bytes]:
    """The bytes of a file in pieces of 256 KiB."""
    with path.open("rb") as file:
        while piece := file.read(PIECE_BYTES):
            yield piece


def zip_pieces(entries: Iterable[Entry]) -> Iterator[bytes]:
    """The bytes of the zip, entry by entry; OSError when one cannot be read to its end.

    The directory, which comes last, waits on the disk: the tiles of a plate are half a million
    files.
    """
    offset = n_files = 0
    with SpooledTemporaryFile(DIRECTORY_BYTES) as directory:
        for entry in entries:
            at = max(entry.written_at, EARLIEST)
            file = Stored(entry.name.encode(), entry.size_bytes, 0, offset, at)
            header = local_header(file)
            yield header
            file = replace(file, crc=(yield from _content(entry)))
            yield (footer := descriptor(file))
            directory.write(directory_record(file))
            offset += len(header) + file.size_bytes + len(footer)
            n_files += 1
        n_bytes = directory.tell()
        directory.seek(0)
        while piece := directory.read(PIECE_BYTES):
            yield piece
    yield end_records(n_files, n_bytes, offset)


def _content(entry: Entry) -> Generator[bytes, None, int]:
    """The bytes of a file; returns their CRC-32."""
    n_bytes = crc = 0
    for piece in entry.pieces():
        n_bytes += len(piece)
        crc = zlib.crc32(piece, crc)
        yield piece
    if n_bytes != entry.size_bytes:
        raise OSError(f"{entry.name} has {n_bytes} bytes instead of {entry.size_bytes}")
    return crc
