"""What a killed process left on the disk goes after two days; what is being made stays."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import pytest

from webapp.storage.blobs import keep_bytes
from webapp.storage.derived import derived_root, image_folder
from webapp.storage.leftovers import remove_leftovers

LONG_AGO = time.time() - 3 * 86_400


@pytest.fixture(autouse=True)
def _own_disk(settings: Any, tmp_path: Path) -> None:
    """A data folder of this test's own."""
    settings.DATA_DIR = tmp_path


def made(path: Path, *, is_old: bool) -> Path:
    """A folder with a file in it."""
    path.mkdir(parents=True)
    (path / "tile").write_bytes(b"a")
    for one in (path / "tile", path) if is_old else ():
        os.utime(one, (LONG_AGO, LONG_AGO))
    return path


def test_what_nobody_will_finish_is_removed(tmp_path: Path) -> None:
    staged = made(tmp_path / "incoming", is_old=False) / "staged-1"
    staged.write_bytes(b"a")
    os.utime(staged, (LONG_AGO, LONG_AGO))
    unfinished = made(derived_root() / "images" / ".a-1234", is_old=True)
    scratch = made(derived_root() / "exports" / "tmp1", is_old=True)
    assert remove_leftovers() == 3
    assert not any(one.exists() for one in (staged, unfinished, scratch))


def test_what_is_there_or_being_made_stays() -> None:
    kept = keep_bytes(b"a")
    image = made(image_folder("a"), is_old=True)
    begun = made(derived_root() / "images" / ".b-1234", is_old=True)
    (begun / "newest").write_bytes(b"a")
    assert remove_leftovers() == 0
    assert (image.exists(), begun.exists(), kept.size_bytes) == (True, True, 1)
