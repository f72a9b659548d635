"""Data folders and processes for the tests of the embedded services."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from webapp.bootstrap.environment import CHECKOUT
from webapp.embedded.folders import DataFolder, open_data_folder, runtime_folder

Starter = Callable[..., subprocess.Popen[str]]


CHOSEN = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "BASE_URL", "ALLOWED_HOSTS", "DATA_DIR")


@pytest.fixture
def data(monkeypatch: pytest.MonkeyPatch) -> Iterator[DataFolder]:
    """A new data folder, its path with spaces and letters beyond ASCII; nothing else is chosen."""
    for name in CHOSEN:
        monkeypatch.delenv(name, raising=False)
    parent = Path(tempfile.mkdtemp(prefix="coverslip "))
    folder = open_data_folder(parent / "Zellen für die Ärzte 細胞")
    yield folder
    shutil.rmtree(runtime_folder(folder), ignore_errors=True)
    shutil.rmtree(parent)


@pytest.fixture
def environment(data: DataFolder) -> dict[str, str]:
    """The environment for another process on that data folder."""
    return dict(os.environ) | {"DATA_DIR": str(data.path), "COVERSLIP_SYSTEM_PYTHON": "1"}


@pytest.fixture
def start(environment: dict[str, str]) -> Iterator[Starter]:
    """Starts Python processes in the checkout; what still runs at the end is killed."""
    started: list[subprocess.Popen[str]] = []

    def run(*arguments: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=CHECKOUT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            bufsize=1,
        )
        started.append(process)
        return process

    yield run
    for process in started:
        for descendant in (
            psutil.Process(process.pid).children(recursive=True) if _runs(process) else []
        ):
            descendant.kill()
        process.kill()
        process.communicate()


def _runs(process: subprocess.Popen[str]) -> bool:
    return process.poll() is None
