"""The services of one data folder: started by one process, shared by the others."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from webapp.bootstrap.lock import FileLock, SharedLock
from webapp.bootstrap.progress import Refusal, say, step
from webapp.embedded.credentials import secret
from webapp.embedded.folders import DataFolder, runtime_folder
from webapp.embedded.leftovers import Registry
from webapp.embedded.postgres import prepare_postgres
from webapp.embedded.processes import Child, Program, wait_until
from webapp.embedded.valkey import prepare_valkey

READY_TIMEOUT_S = 60.0
ATTACH_TIMEOUT_S = 120.0
SHARED = ("DATABASE_URL", "REDIS_URL")


@dataclass
class Services:
    """The children of the process that holds the data folder, in the order they were started."""

    data: DataFolder
    lock: FileLock
    children: list[Child] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def registry(self) -> Registry:
        """Where the children are recorded."""
        return Registry(self.data.processes, self.data.path)

    def start(self, program: Program) -> Child:
        """Start and record one child."""
        child = Child(program)
        self.children.append(child)
        self.registry.write(self.children)
        return child

    def replace(self, child: Child) -> Child:
        """Start a child anew that has died; what it left behind is ended first."""
        child.kill()
        successor = Child(child.program)
        self.children[self.children.index(child)] = successor
        self.registry.write(self.children)
        return successor

    def tell_address(self, address: str) -> None:
        """Leave the web address where a refused second start finds it."""
        self.lock.write(_holder_text("up", address))

    def stop(self) -> None:
        """End all children, the last first, and free the data folder."""
        self.data.services.unlink(missing_ok=True)
        for child in self.children:
            if not child.program.is_foundation:
                child.ask_to_stop()
        while self.children:
            self.children[-1].stop()
            self.children.pop()
        self.data.processes.unlink(missing_ok=True)
        shutil.rmtree(runtime_folder(self.data), ignore_errors=True)
        self.lock.release()


def hold(data: DataFolder, command: str) -> Services:
    """Become the process that runs this data folder's services; refuses when another one is."""
    lock = FileLock(data.lock)
    if not lock.acquire(_holder_text(command)):
        raise Refusal(_taken(lock.read()))
    data.services.unlink(missing_ok=True)
    services = Services(data, lock)
    services.registry.stop_leftovers()
    return services


def start_embedded(
    services: Services,
    *,
    given: Mapping[str, str] | None = None,
    is_durable: bool = True,
    is_told: bool = True,
) -> None:
    """Start what `given` (else the environment) doesn't name; publish the addresses."""
    data, runtime = services.data, runtime_folder(services.data)
    services.environment = own_environment(data) | dict(_given() if given is None else given)
    if "DATABASE_URL" not in services.environment:
        with _told("Database", "PostgreSQL 18", is_told=is_told):
            postgres = prepare_postgres(data, runtime, is_durable=is_durable)
            _start_and_wait(services, postgres.program(), postgres.is_ready)
            postgres.make_database()
            services.environment["DATABASE_URL"] = postgres.url
    if "REDIS_URL" not in services.environment:
        with _told("Message broker", "Valkey", is_told=is_told):
            valkey = prepare_valkey(data, runtime)
            _start_and_wait(services, valkey.program(), valkey.is_ready)
            services.environment["REDIS_URL"] = valkey.url
    _publish(data, {name: services.environment[name] for name in SHARED})


@contextmanager
def services_for_command(data: DataFolder, command: str) -> Iterator[dict[str, str]]:
    """The environment of one command: the running services, or own ones until it is done."""
    if _given().keys() == set(SHARED):
        yield own_environment(data) | _given()
        return
    users = SharedLock(data.users_lock)
    try:
        services = _hold_or_attach(data, command)
        if services is None:
            users.share()
            yield own_environment(data) | _addresses(data) | _given()
            return
        try:
            start_embedded(services, is_told=False)
            yield services.environment
        finally:
            _wait_for_users(users)
            services.stop()
    finally:
        users.close()


def own_environment(data: DataFolder) -> dict[str, str]:
    """What every process of this installation is told besides the addresses of the services."""
    return {
        "DATA_DIR": str(data.path),
        "SECRET_KEY": os.environ.get("SECRET_KEY") or secret(data, "secret_key"),
        "DJANGO_SETTINGS_MODULE": "webapp.config.settings",
    }


def _given() -> dict[str, str]:
    """Services that somebody else runs, by environment variables."""
    return {name: value for name in SHARED if (value := os.environ.get(name))}


def _start_and_wait(services: Services, program: Program, is_ready: Callable[[], bool]) -> None:
    """Start a service; refuses with the end of its log when it ends or stays silent."""
    child = services.start(program)
    wait_until(lambda: is_ready() or not child.is_running(), READY_TIMEOUT_S)
    if not is_ready():
        raise Refusal(
            f"{program.title} did not start ({child.exit_text()}); its log {program.log} ends with:"
            f"\n{child.last_words()}"
        )


def _hold_or_attach(data: DataFolder, command: str) -> Services | None:
    """Hold the folder, or None once the holder's services are there to be used."""
    end = time.monotonic() + ATTACH_TIMEOUT_S
    while True:
        with contextlib.suppress(Refusal):
            return hold(data, command)
        if data.services.exists():
            return None
        if time.monotonic() > end:
            raise Refusal(_taken(FileLock(data.lock).read()))
        time.sleep(0.1)


def _wait_for_users(users: SharedLock) -> None:
    """Other commands may have come to use our services; they finish first."""
    if users.is_shared():
        say("Waiting for another command that uses the same database.")
        wait_until(lambda: not users.is_shared(), float("inf"))


def _publish(data: DataFolder, addresses: Mapping[str, str]) -> None:
    """Tell other commands where the services are; the file holds the password, hence 0600."""
    partial = data.services.with_suffix(".partial")
    partial.unlink(missing_ok=True)
    partial.touch(mode=0o600)
    partial.write_text(json.dumps(addresses), encoding="utf-8")
    partial.replace(data.services)


def _addresses(data: DataFolder) -> dict[str, str]:
    """What the holder has published."""
    found = json.loads(data.services.read_text(encoding="utf-8"))
    return {name: str(found[name]) for name in SHARED}


def _holder_text(command: str, address: str = "") -> str:
    return json.dumps({"pid": os.getpid(), "command": command, "address": address})


def _taken(holder: str) -> str:
    """One sentence about who has the data folder."""
    try:
        about = json.loads(holder)
    except ValueError:  # read between the holder's lock and its text
        about = {}
    where = f", {about['address']}" if about.get("address") else ""
    return (
        f"`manage.py {about.get('command', 'up')}` already runs on this data folder (process "
        f"{about.get('pid', 'unknown')}{where}); stop it first or set DATA_DIR to another folder."
    )


@contextmanager
def _told(title: str, result: str, *, is_told: bool) -> Iterator[None]:
    """A step that is shown, or not when a command only needs it on its way."""
    if not is_told:
        yield
        return
    with step(title, result):
        yield
