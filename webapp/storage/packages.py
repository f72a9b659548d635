"""Zip files that came up: what is in them, within bounds, and one member after the other.

Names of members are never used as paths. The format is PKWARE's APPNOTE 6.3.10.
"""

from __future__ import annotations

import lzma
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from webapp.imaging.zip_directory import MAGIC, directory_place, holds_zarr

MOST_MEMBERS = 50_000
CHUNK_BYTES = 1 << 20
LITTER = ("thumbs.db", "desktop.ini")
_IS_ENCRYPTED = 0x1

DECODERS_SAY = (
    *(zipfile.BadZipFile, NotImplementedError, EOFError, RuntimeError, ValueError),
    *(zlib.error, lzma.LZMAError, struct.error),
)

DAMAGED = "This zip file is damaged or was cut off. Make it again and upload that."
PACKED_TWICE = "This is a zip file in a zip file, which is not opened. Upload it by itself."


class BadPackage(Exception):
    """The zip, or a member of it, cannot be opened; with one sentence for people."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True)
class Member:
    """A file in the zip: its place in the list, its name there, and its size unpacked."""

    number: int
    name: str
    size_bytes: int


def is_package(path: Path) -> bool:
    """Whether a file is a zip of files; a zipped Zarr is one image or more, not files."""
    with path.open("rb") as file:
        begins_so = file.read(len(MAGIC)) == MAGIC
    return begins_so and not holds_zarr(path)


class Package:
    """An open zip file."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._infos = [info for info in archive.infolist() if _is_wanted(info)]
        if not self._infos:
            raise BadPackage("There is no file in this zip.")
        if len(self._infos) > MOST_MEMBERS:
            raise BadPackage(
                f"At most {MOST_MEMBERS:,} files in one zip are opened. Split it into several."
            )
        if any(info.flag_bits & _IS_ENCRYPTED for info in self._infos):
            raise BadPackage("This zip has a password. Make it again without one.")

    @property
    def members(self) -> list[Member]:
        """The files that people meant to send."""
        return [
            Member(number, info.filename, info.file_size) for number, info in enumerate(self._infos)
        ]

    def unpack(self, member: Member, target: Path, on_bytes: Callable[[int], None]) -> None:
        """Write a member to a path; never more bytes than its size said.

        Raises BadPackage when it is damaged, a zip itself, or packed in an unknown way.
        """
        try:
            with self._archive.open(self._infos[member.number]) as source:
                self._copy(source, member, target, on_bytes)
        except DECODERS_SAY as error:
            raise BadPackage(DAMAGED) from error
        except OSError as error:
            # Of the zip's own decoders, not of a disk: those errors carry a number.
            if error.errno is None:
                raise BadPackage(DAMAGED) from error
            raise

    def _copy(
        self, source: IO[bytes], member: Member, target: Path, on_bytes: Callable[[int], None]
    ) -> None:
        n_bytes = 0
        with target.open("wb") as file:
            while piece := source.read(CHUNK_BYTES):
                if n_bytes == 0 and piece.startswith(MAGIC):
                    raise BadPackage(PACKED_TWICE)
                n_bytes += len(piece)
                if n_bytes > member.size_bytes:
                    raise BadPackage(DAMAGED)
                file.write(piece)
                on_bytes(len(piece))
        if n_bytes != member.size_bytes:
            raise BadPackage(DAMAGED)


@contextmanager
def open_package(path: Path) -> Iterator[Package]:
    """The zip at a path; BadPackage when it cannot be opened."""
    with path.open("rb") as file:
        try:
            directory_place(file)
            archive = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, ValueError, OSError, struct.error) as error:
            raise BadPackage(DAMAGED) from error
        with archive:
            yield Package(archive)


def _is_wanted(info: zipfile.ZipInfo) -> bool:
    path = PurePosixPath(info.filename.replace("\\", "/"))
    is_hidden = any(part.startswith(".") and part not in (".", "..") for part in path.parts)
    is_litter = path.name.lower() in LITTER or path.parts[:1] == ("__MACOSX",)
    return not info.is_dir() and not is_litter and not is_hidden
