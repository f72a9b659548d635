"""What a process that was killed has left on the disk: files and folders that nobody will finish."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from django.conf import settings

from webapp.storage.derived import derived_root

# Whatever is being made is written to more often.
OLD = timedelta(days=2)
SCRATCH = ("imports", "exports")


def remove_leftovers() -> int:
    """Remove what nothing was written to for two days; returns how many files and folders."""
    before = time.time() - OLD.total_seconds()
    old = [path for path in _unfinished() if _changed_at(path) < before]
    for path in old:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    return len(old)


def _unfinished() -> Iterator[Path]:
    """Staged files, scratch folders, and folders that would have taken the place of another."""
    yield from (Path(settings.DATA_DIR) / "incoming").glob("staged-*")
    for name in SCRATCH:
        yield from (derived_root() / name).glob("*")
    yield from derived_root().glob("*/.*")


def _changed_at(path: Path) -> float:
    """When something was last written to a file, or to anything in a folder."""
    try:
        own = path.stat().st_mtime
        return max([own, *(one.stat().st_mtime for one in path.rglob("*"))])
    except FileNotFoundError:
        return time.time()  # it was finished meanwhile
