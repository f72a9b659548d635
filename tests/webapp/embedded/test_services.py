"""The embedded PostgreSQL and Valkey live through everything a machine may do to them."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import stat
import time

import psutil
import psycopg2
import pytest

from webapp.bootstrap.progress import Refusal
from webapp.embedded.folders import DataFolder, runtime_folder
from webapp.embedded.services import Services, hold, services_for_command, start_embedded
from webapp.embedded.supervisor import Supervisor

HOLDER = "tests.webapp.embedded.hold_services"


@pytest.fixture
def running(data):
    services = _again(data)
    yield services
    services.stop()


def _again(data: DataFolder) -> Services:
    """Start once more, as after a crash."""
    services = hold(data, "up")
    start_embedded(services, is_told=False)
    return services


def _query(services: Services, sql: str):
    with contextlib.closing(psycopg2.connect(services.environment["DATABASE_URL"])) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall() if cursor.description else None


def _ask_valkey(services: Services, *words: str) -> bytes:
    lines = [f"*{len(words)}", *(line for w in words for line in (f"${len(w)}", w))]
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(services.environment["REDIS_URL"].removeprefix("unix://"))
        client.sendall(("\r\n".join(lines) + "\r\n").encode())
        return client.recv(1000)


def _pid(services: Services, name: str) -> int:
    return next(child.pid for child in services.children if child.program.name == name)


def test_what_was_written_is_there_after_an_orderly_stop(data):
    services = _again(data)
    _query(services, "CREATE TABLE kept (n int)")
    _query(services, "INSERT INTO kept VALUES (42)")
    _ask_valkey(services, "SET", "key", "value")
    services.stop()
    services = _again(data)
    assert _query(services, "SELECT n FROM kept") == [(42,)]
    assert _ask_valkey(services, "GET", "key") == b"$5\r\nvalue\r\n"
    services.stop()


def test_the_database_opens_no_port_and_asks_for_the_password(running):
    url = running.environment["DATABASE_URL"]
    connections = psutil.Process(_pid(running, "postgres")).net_connections()
    assert [c for c in connections if c.family != socket.AF_UNIX] == []
    with pytest.raises(psycopg2.OperationalError, match="password"):
        psycopg2.connect(url.split(":")[0] + "://coverslip:wrong@" + url.split("@")[1])


def test_secrets_and_sockets_are_for_their_owner_alone(running):
    secrets = list(running.data.secrets.iterdir())
    assert {path.name for path in secrets} == {"database_password", "secret_key"}
    private = [*secrets, running.data.services]
    assert {stat.S_IMODE(path.stat().st_mode) for path in private} == {0o600}
    folders = (running.data.path, running.data.secrets, runtime_folder(running.data))
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in folders} == {0o700}


def test_text_sorts_and_folds_the_same_on_every_machine(running):
    assert _query(running, "SELECT upper('ärzte')") == [("ÄRZTE",)]
    assert _query(running, "SHOW server_encoding") == [("UTF8",)]


def test_a_database_killed_at_work_is_started_again_with_all_it_had_committed(running):
    _query(running, "CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n")
    supervisor = Supervisor(running)
    killed = _pid(running, "postgres")
    os.kill(killed, signal.SIGKILL)
    end = time.monotonic() + 30
    while _pid(running, "postgres") == killed:
        assert time.monotonic() < end
        time.sleep(0.05)
        supervisor.check()
    while True:
        with contextlib.suppress(psycopg2.OperationalError):
            assert _query(running, "SELECT count(*) FROM kept") == [(1000,)]
            break
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_child_that_keeps_dying_waits_longer_each_time(running, capsys):
    supervisor = Supervisor(running)
    for _ in range(2):
        os.kill(_pid(running, "valkey"), signal.SIGKILL)
        killed = _pid(running, "valkey")
        while _pid(running, "valkey") == killed:
            time.sleep(0.05)
            supervisor.check()
    said = capsys.readouterr().out.splitlines()
    assert len(said) == 2
    assert "The message broker stopped (signal SIGKILL) and starts again in 1 s" in said[0]
    assert "starts again in 2 s" in said[1]


def test_children_end_with_a_killed_holder_and_the_next_start_works(data, start):
    holder = start("-m", HOLDER)
    assert holder.stdout is not None
    children = [psutil.Process(int(word)) for word in holder.stdout.readline().split()]
    assert len(children) == 2
    holder.kill()
    holder.wait()
    services = _again(data)
    assert not any(child.is_running() for child in children)
    assert _query(services, "SELECT 1") == [(1,)]
    services.stop()


def test_stale_files_of_a_crashed_machine_do_not_stop_the_next_start(data):
    services = _again(data)
    runtime = runtime_folder(data)
    services.stop()
    # After a reboot the recorded process ids belong to anybody: here, to this very process.
    (data.postgres / "postmaster.pid").write_text(f"{os.getpid()}\n{data.postgres}\n")
    born_at = psutil.Process().create_time()
    entries = [{"name": "postgres", "pid": os.getpid(), "started_at": born_at - 3600}]
    data.processes.write_text(json.dumps(entries))
    data.services.write_text("half a li")
    runtime = runtime_folder(data)
    (runtime / "postgres").mkdir(mode=0o700)
    for name in ("postgres/.s.PGSQL.5432", "postgres/.s.PGSQL.5432.lock", "valkey.sock"):
        (runtime / name).write_text(f"{os.getpid()}\n")
    services = _again(data)
    assert _query(services, "SELECT 1") == [(1,)]
    services.stop()


def test_a_half_made_cluster_is_made_anew(data):
    partial = data.path / "postgres-18.partial"
    partial.mkdir()
    (partial / "PG_VERSION").write_text("18\n")
    services = _again(data)
    assert _query(services, "SELECT 1") == [(1,)]
    assert not partial.exists()
    services.stop()


def test_a_cluster_of_another_version_is_refused_in_one_sentence(data):
    data.postgres.mkdir()
    (data.postgres / "PG_VERSION").write_text("16\n")
    services = hold(data, "up")
    with pytest.raises(Refusal, match="belongs to PostgreSQL 16 and this release runs 18"):
        start_embedded(services, is_told=False)
    services.stop()


def test_a_second_start_on_the_same_folder_is_refused_in_one_sentence(running):
    running.tell_address("http://127.0.0.1:8000")
    with pytest.raises(Refusal) as refusal:
        hold(running.data, "up")
    assert str(refusal.value) == (
        f"`manage.py up` already runs on this data folder (process {os.getpid()}, "
        "http://127.0.0.1:8000); stop it first or set DATA_DIR to another folder."
    )


def test_a_command_uses_the_services_that_run_and_leaves_them_running(running):
    with services_for_command(running.data, "verify") as environment:
        assert environment["DATABASE_URL"] == running.environment["DATABASE_URL"]
        assert environment["REDIS_URL"] == running.environment["REDIS_URL"]
    assert all(child.is_running() for child in running.children)


def test_a_command_starts_the_services_when_none_run_and_stops_them(data):
    with services_for_command(data, "verify") as environment:
        psycopg2.connect(environment["DATABASE_URL"]).close()
    with pytest.raises(psycopg2.OperationalError):
        psycopg2.connect(environment["DATABASE_URL"])


def test_services_named_by_the_environment_are_not_started(data):
    services = hold(data, "up")
    given = {"DATABASE_URL": "postgresql://other", "REDIS_URL": "redis://other"}
    start_embedded(services, given=given, is_told=False)
    assert services.children == []
    assert services.environment.items() >= given.items()
    services.stop()
