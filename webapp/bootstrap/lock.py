"""Locks between processes: held by the operating system, so a killed holder releases them."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def locked_folder(folder: Path) -> Iterator[None]:
    """Hold the exclusive lock of an existing folder, waiting for whoever has it."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


class FileLock:
    """A lock file whose text tells who holds it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._handle: int | None = None

    def acquire(self, text: str) -> bool:
        """Take the lock and leave `text` in the file; False when somebody else has it."""
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            return False
        self._handle = handle
        self.write(text)
        return True

    def write(self, text: str) -> None:
        """Replace the holder's text; only the holder may."""
        if self._handle is None:
            raise RuntimeError(f"{self._path} is not locked by this process")
        os.ftruncate(self._handle, 0)
        os.pwrite(self._handle, text.encode(), 0)

    def read(self) -> str:
        """The present or last holder's text."""
        return self._path.read_text(encoding="utf-8") if self._path.exists() else ""

    def release(self) -> None:
        """Give the lock back."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


class SharedLock:
    """A lock that many may share, and that one can wait for until all have let go."""

    def __init__(self, path: Path) -> None:
        self._handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)

    def share(self) -> None:
        """Hold it together with others."""
        fcntl.flock(self._handle, fcntl.LOCK_SH)

    def is_shared(self) -> bool:
        """Whether another process shares it now."""
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        fcntl.flock(self._handle, fcntl.LOCK_UN)
        return False

    def close(self) -> None:
        """Let go of it."""
        os.close(self._handle)
