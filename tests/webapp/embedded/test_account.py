"""PostgreSQL, which refuses to run as root, runs all the same for root and for everybody else."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import tempfile
from pathlib import Path

import psutil
import psycopg2
import pytest

from webapp.bootstrap.progress import Refusal
from webapp.embedded import account, postgres
from webapp.embedded.account import NAMESPACE, choose_account
from webapp.embedded.folders import open_data_folder, runtime_folder
from webapp.embedded.processes import DIRECT
from webapp.embedded.services import hold, start_embedded

IS_ROOT = os.geteuid() == 0


@pytest.fixture
def open_place(data, monkeypatch):
    """A data folder that other accounts can reach, and PostgreSQL's programs beside it."""
    parent = Path(tempfile.mkdtemp(prefix="coverslip-"))
    parent.chmod(0o711)
    installed = postgres.binary("postgres").parents[1]
    copied = shutil.copytree(installed, parent / installed.parent.name / installed.name)
    libraries = installed.parent.with_suffix(".libs")
    if libraries.exists():  # macOS keeps them in the package
        shutil.copytree(libraries, parent / libraries.name)
    monkeypatch.setattr(postgres, "binary", lambda name: copied / "bin" / name)
    place = open_data_folder(parent / "data")
    yield place
    shutil.rmtree(runtime_folder(place), ignore_errors=True)
    shutil.rmtree(parent)


def _refuse_namespaces(monkeypatch):
    """A system that has no user namespaces for root, such as a hardened container."""
    works = account._works
    refused = lambda name, *rest: name != NAMESPACE and works(name, *rest)  # noqa: E731
    monkeypatch.setattr(account, "_works", refused)


def _owner_of_running_server(place):
    services = hold(place, "up")
    try:
        start_embedded(services, is_durable=False, is_told=False)
        with contextlib.closing(psycopg2.connect(services.environment["DATABASE_URL"])):
            return psutil.Process(services.children[0].pid).uids().real
    finally:
        services.stop()


def test_the_server_runs_where_namespaces_are_refused(open_place, monkeypatch):
    _refuse_namespaces(monkeypatch)
    owner = _owner_of_running_server(open_place)
    assert owner == open_place.postgres.stat().st_uid
    assert owner != 0
    # The second start stays with the account that owns the cluster.
    assert _owner_of_running_server(open_place) == owner


def test_an_ordinary_user_needs_no_other_account(data):
    chosen = choose_account(data.postgres, postgres.binary("postgres"))
    assert (chosen == DIRECT) == (not IS_ROOT)


def test_with_no_account_left_root_is_told_what_to_do(data, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(account, "_works", lambda *_: False)
    with pytest.raises(Refusal) as refusal:
        choose_account(data.postgres, postgres.binary("postgres"))
    for way_out in ("as an ordinary user", "set DATA_DIR to a folder", "set DATABASE_URL"):
        assert way_out in str(refusal.value)


def test_unprivileged_accounts_exist_on_this_system():
    names = {entry.pw_name for entry in pwd.getpwall()}
    assert names & set(account.UNPRIVILEGED_NAMES)
