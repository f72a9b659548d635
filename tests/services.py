"""PostgreSQL and Valkey for the tests: real ones, in a folder that is thrown away.

Loaded as a plugin (`-p tests.services`), because Django's settings ask for the addresses before
the first conftest is read. Here the addresses are chosen; the servers start when they are first
needed. Whoever names other ones by DATABASE_URL and REDIS_URL gets those.

Every process of a parallel run has its own database (pytest-django names them), its own Valkey
and its own data folder; the PostgreSQL server is shared and runs in the process that was started.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from webapp.embedded.folders import DataFolder, open_data_folder, runtime_folder
from webapp.embedded.postgres import Postgres
from webapp.embedded.processes import DIRECT
from webapp.embedded.services import Services, hold, own_environment, start_embedded
from webapp.embedded.valkey import Valkey

IS_WORKER = "PYTEST_XDIST_WORKER" in os.environ


@dataclass
class ThrowawayServices:
    """The servers of this process: their addresses at once, the servers on demand."""

    data: DataFolder
    given: dict[str, str]  # addresses of servers that another process runs
    running: Services | None = field(default=None)

    def addresses(self) -> dict[str, str]:
        """DATABASE_URL and REDIS_URL, also before anything runs."""
        runtime = runtime_folder(self.data)
        own = {
            "DATABASE_URL": Postgres(self.data, runtime / "postgres", DIRECT).url,
            "REDIS_URL": Valkey(self.data, runtime / "valkey.sock").url,
        }
        return own | self.given

    def start(self) -> None:
        """Start what is not given, once."""
        if self.running is None:
            self.running = hold(self.data, "test")
            start_embedded(self.running, given=self.given, is_durable=False, is_told=False)

    def stop(self) -> None:
        """Stop what was started and delete its data; the second time there is nothing to do."""
        if self.running is not None:
            self.running.stop()
            self.running = None
        shutil.rmtree(runtime_folder(self.data), ignore_errors=True)
        shutil.rmtree(self.data.path, ignore_errors=True)


def _choose() -> ThrowawayServices:
    """What this process runs itself: all in a plain run, all but the database in a worker."""
    data = open_data_folder(Path(tempfile.mkdtemp(prefix="coverslip-tests-")))
    names = ("DATABASE_URL",) if IS_WORKER else ("DATABASE_URL", "REDIS_URL")
    given = {name: os.environ[name] for name in names if os.environ.get(name)}
    chosen = ThrowawayServices(data, given)
    os.environ.pop("SECRET_KEY", None)
    os.environ.update(own_environment(data) | chosen.addresses())
    return chosen


SERVICES = _choose()


def pytest_sessionstart(session: pytest.Session) -> None:
    """In a parallel run start at once: the database before the workers, then each its Valkey."""
    if IS_WORKER or session.config.getoption("dist", "no") != "no":
        SERVICES.start()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish() -> None:
    """A process of a parallel run stops its servers before xdist hears that it has ended.

    Five seconds after that it would be interrupted wherever it is.
    """
    if IS_WORKER:
        SERVICES.stop()


def pytest_unconfigure() -> None:
    """Leave nothing behind."""
    SERVICES.stop()
