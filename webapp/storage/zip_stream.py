"""A zip that is made while it is sent: stored, zip64 where it must be, in constant memory.

Microscope files hardly shrink, so nothing is compressed. Sizes and checksums follow the bytes
(data descriptors of PKWARE's APPNOTE 6.3.10), so each file is read once.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, cast

PIECE_BYTES = 1 << 18
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
    """The bytes of the zip, entry by entry; OSError when one cannot be read to its end."""
    sink = _Sink()
    with zipfile.ZipFile(
        cast(IO[bytes], sink), "w", zipfile.ZIP_STORED, allowZip64=True
    ) as archive:
        for entry in entries:
            yield from _one(archive, sink, entry)
    yield from sink.taken()


def _one(archive: zipfile.ZipFile, sink: _Sink, entry: Entry) -> Iterator[bytes]:
    told = zipfile.ZipInfo(entry.name, max(entry.written_at, EARLIEST).timetuple()[:6])
    told.file_size = entry.size_bytes
    told.external_attr = 0o644 << 16
    n_bytes = 0
    with archive.open(told, "w") as target:
        for piece in entry.pieces():
            n_bytes += len(piece)
            target.write(piece)
            yield from sink.taken()
    if n_bytes != entry.size_bytes:
        raise OSError(f"{entry.name} has {n_bytes} bytes instead of {entry.size_bytes}")
    yield from sink.taken()


class _Sink:
    """Takes what the archive writes until it is sent; it cannot be wound back."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, data: bytes) -> int:
        """Keep some bytes."""
        self._pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing waits anywhere else."""

    def taken(self) -> Iterator[bytes]:
        """What came since the last time."""
        pieces, self._pieces = self._pieces, []
        if pieces:
            yield b"".join(pieces)
