"""A folder is sent as a zip that nobody writes, and that every program reads."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.client import folder_package
from webapp.client.folder_package import FolderPackage, is_zarr
from webapp.client.upload import wanted_files


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with some files, one empty, one with a name of its own language."""
    root = tmp_path_factory.mktemp("f") / "image.ome.zarr"
    (root / "0" / "c").mkdir(parents=True)
    (root / ".zattrs").write_text("{}")
    (root / "0" / "c" / "0").write_bytes(bytes(range(256)) * 40)
    (root / "0" / "ä.bin").write_bytes(b"x" * 999)
    (root / "0" / "empty").write_bytes(b"")
    (root / ".DS_Store").write_bytes(b"litter")
    return root


def whole(package: FolderPackage) -> bytes:
    """All bytes of the zip, read in pieces."""
    return b"".join(package.read(offset, 777) for offset in range(0, package.size_bytes, 777))


def test_the_zip_holds_every_file_of_the_folder(folder: Path) -> None:
    content = whole(FolderPackage(folder))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        found = {name: archive.read(name) for name in archive.namelist()}
    wanted = [path for path in folder.rglob("*") if path.is_file() and path.name != ".DS_Store"]
    assert found == {
        f"image.ome.zarr/{path.relative_to(folder).as_posix()}": path.read_bytes()
        for path in wanted
    }


def test_large_zips_have_numbers_of_64_bits(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder_package, "_FULL_16", 2)
    content = whole(FolderPackage(folder))
    assert b"PK\x06\x06" in content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None


@given(offset=st.integers(0, 14_000), n_bytes=st.integers(0, 14_000))
def test_any_part_of_it_is_that_part_of_the_whole(folder: Path, offset: int, n_bytes: int) -> None:
    package = FolderPackage(folder)
    assert package.read(offset, n_bytes) == whole(package)[offset : offset + n_bytes]


def test_a_zarr_is_one_thing_to_send_and_other_folders_are_their_files(
    folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "a.tif").write_bytes(b"a")
    assert is_zarr(folder)
    assert not is_zarr(tmp_path)
    assert list(wanted_files([tmp_path, folder])) == [tmp_path / "a.tif", folder]


def test_a_file_that_changes_size_is_another_package(folder: Path) -> None:
    before = FolderPackage(folder).identity
    (folder / "0" / "later").write_bytes(b"1")
    assert FolderPackage(folder).identity != before
    (folder / "0" / "later").unlink()
