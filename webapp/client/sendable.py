"""What can be sent: a file as it is, or a folder that is one image as one zip."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from webapp.client.folder_package import FolderPackage


class Sendable(Protocol):
    """Bytes of this computer under a name."""

    path: Path
    name: str

    @property
    def identity(self) -> str:
        """What changes when the bytes do."""
        ...

    @property
    def size_bytes(self) -> int:
        """How many they are."""
        ...

    def read(self, offset: int, n_bytes: int) -> bytes:
        """Return a part of them."""
        ...


class PlainFile:
    """A file as it is."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = path.name

    @property
    def identity(self) -> str:
        """Place, size and time of the last change."""
        facts = self.path.stat()
        return f"{self.path.resolve()} {facts.st_size} {facts.st_mtime_ns}"

    @property
    def size_bytes(self) -> int:
        """The size of the file."""
        return self.path.stat().st_size

    def read(self, offset: int, n_bytes: int) -> bytes:
        """Return a part of the file."""
        with self.path.open("rb") as file:
            file.seek(offset)
            return file.read(n_bytes)


def sendable(path: Path) -> Sendable:
    """Return how a path is sent; folders that get here are one image."""
    return FolderPackage(path) if path.is_dir() else PlainFile(path)
