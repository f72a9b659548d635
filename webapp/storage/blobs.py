"""Bytes named by their SHA-256: written once, never changed, never overwritten."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import shutil
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

CHUNK_BYTES = 1 << 20


class StorageFull(OSError):
    """The disk has no room left; what was there before is untouched."""


@dataclass(frozen=True)
class StoredBlob:
    """What was stored: the name of the bytes and how many they are."""

    sha256: str
    size_bytes: int


def blobs_root() -> Path:
    """The folder of all blobs."""
    return Path(settings.DATA_DIR) / "blobs"


def blob_path(sha256: str) -> Path:
    """Where the bytes of this digest lie; two levels keep folders small."""
    return blobs_root() / sha256[:2] / sha256[2:4] / sha256


def digest_of(path: Path) -> StoredBlob:
    """Read a file once, in pieces; memory does not grow with its size."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while piece := file.read(CHUNK_BYTES):
            digest.update(piece)
            size += len(piece)
    return StoredBlob(digest.hexdigest(), size)


def keep_file(source: Path) -> StoredBlob:
    """Move a finished file into the store; the same bytes twice are kept once.

    The bytes reach the disk before the name does, so a crash leaves no half blob.
    """
    stored = digest_of(source)
    move_in(source, stored.sha256)
    return stored


def move_in(source: Path, sha256: str) -> None:
    """The same for a file whose digest is known."""
    target = blob_path(sha256)
    target.parent.mkdir(parents=True, exist_ok=True)
    with _only_one_in(target.parent):
        if target.exists():
            os.utime(target)  # young again: see remove_blob
            source.unlink()
            return
        _put(source, target)


def remove_blob(sha256: str, *, older_than: timedelta) -> bool:
    """Remove bytes that nothing names; False when somebody has kept the same bytes since."""
    path = blob_path(sha256)
    if not path.parent.exists():
        return True
    with _only_one_in(path.parent):
        if not path.exists():
            return True
        if time.time() - path.stat().st_mtime < older_than.total_seconds():
            return False
        path.unlink()
        _flush(path.parent)
    return True


def keep_bytes(content: bytes) -> StoredBlob:
    """Store bytes that are already in memory."""
    with staging_file() as (path, file):
        file.write(content)
        file.close()
        return keep_file(path)


@contextmanager
def staging_file() -> Iterator[tuple[Path, BinaryIO]]:
    """A private file on the same disk as the store; removed when it was not kept."""
    folder = Path(settings.DATA_DIR) / "incoming"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"staged-{uuid.uuid4().hex}"
    try:
        with path.open("wb") as file:
            yield path, file
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StorageFull(errno.ENOSPC, "The disk is full") from error
        raise
    finally:
        path.unlink(missing_ok=True)


def free_bytes() -> int:
    """How much room the disk of the store has for an ordinary account."""
    folder = Path(settings.DATA_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    return shutil.disk_usage(folder).free


def _put(source: Path, target: Path) -> None:
    _flush(source)
    try:
        os.replace(source, target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        shutil.copyfile(source, staged := target.with_name(f".{uuid.uuid4().hex}"))
        _flush(staged)
        os.replace(staged, target)
        source.unlink()
    target.chmod(0o440)
    os.utime(target)
    _flush(target.parent)


@contextmanager
def _only_one_in(folder: Path) -> Iterator[None]:
    """Keeping and removing the same bytes wait for each other."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
