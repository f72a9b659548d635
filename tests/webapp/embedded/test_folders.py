"""Data and sockets lie where only their owner reaches them."""

from __future__ import annotations

import os
import shutil

import pytest

from webapp.bootstrap.progress import Refusal
from webapp.embedded import folders
from webapp.embedded.folders import SOCKET_PATH_LIMIT, DataFolder, open_data_folder


@pytest.fixture
def runtime_folder():
    """Makes runtime folders as the product does, and removes them after the test."""
    made = []

    def make(data: DataFolder):
        made.append(folders.runtime_folder(data))
        return made[-1]

    yield make
    for folder in made:
        shutil.rmtree(folder, ignore_errors=True)


def test_sockets_fit_their_limit_however_long_the_data_folder_is(
    tmp_path, monkeypatch, runtime_folder
):
    deep = tmp_path.joinpath(*["a very long name of a folder ü"] * 8)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / ("x" * 90)))
    socket = runtime_folder(DataFolder(deep)) / "postgres" / ".s.PGSQL.5432.lock"
    assert len(os.fsencode(socket)) <= SOCKET_PATH_LIMIT


def test_a_short_private_runtime_folder_of_the_system_is_used(
    tmp_path_factory, monkeypatch, runtime_folder
):
    parent = tmp_path_factory.mktemp("r")
    monkeypatch.setattr(folders, "SOCKET_PATH_LIMIT", 200)  # pytest's own folders are long
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(parent))
    assert runtime_folder(DataFolder(parent)).parent == parent


def test_two_data_folders_have_two_runtime_folders(tmp_path, runtime_folder):
    one, other = (runtime_folder(DataFolder(tmp_path / name)) for name in "ab")
    assert one != other


def test_a_runtime_folder_that_is_a_link_is_refused(tmp_path, monkeypatch, runtime_folder):
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    data = DataFolder(tmp_path / "trap")
    folder = runtime_folder(data)
    folder.rmdir()
    folder.symlink_to(tmp_path)
    with pytest.raises(Refusal, match="was made by somebody else"):
        runtime_folder(data)
    folder.unlink()


def test_a_data_folder_that_can_not_be_made_is_refused_in_one_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(Refusal, match="set DATA_DIR to a folder that you may write"):
        open_data_folder(tmp_path / "file" / "data")
