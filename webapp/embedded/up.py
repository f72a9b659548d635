"""`manage.py up`: everything on one machine, until Ctrl-C."""

from __future__ import annotations

import argparse
import os
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass

from webapp.bootstrap.commands import django_commands
from webapp.bootstrap.progress import Refusal, say, step
from webapp.embedded import programs
from webapp.embedded.address import allowed_hosts, base_url, is_public, require_free_port
from webapp.embedded.folders import open_data_folder
from webapp.embedded.processes import Child, wait_until
from webapp.embedded.services import Services, hold, start_embedded
from webapp.embedded.supervisor import Supervisor

WEB_TIMEOUT_S = 120.0
COMMAND_POLL_S = 0.05
DEMO_COMMAND = "load_demo"


@dataclass(frozen=True)
class Options:
    """What was asked for on the command line."""

    host: str
    port: int
    has_demo: bool


def main(arguments: Sequence[str]) -> int:
    """Start everything and stay until a stop is asked for; returns the exit code."""
    begun_at = time.monotonic()
    options = _parse(arguments)
    data = open_data_folder()
    services = hold(data, "up")
    supervisor = Supervisor(services)
    supervisor.catch_signals()
    try:
        port = require_free_port(options.host, options.port)
        _start(services, supervisor, options.host, port)
        if not supervisor.is_stopping:
            _tell(services, options.host, port, time.monotonic() - begun_at)
            if options.has_demo:
                _load_demo(services, supervisor)
        supervisor.watch()
    finally:
        _stop(services)
    return 0


def _parse(arguments: Sequence[str]) -> Options:
    parser = argparse.ArgumentParser(prog="manage.py up", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    parser.add_argument(
        "--port", type=int, default=8000, help="port, 0 for a free one (%(default)s)"
    )
    parser.add_argument("--no-demo", action="store_true", help="start without the demo project")
    found = parser.parse_args(arguments)
    return Options(found.host, found.port, not found.no_demo)


def _start(services: Services, supervisor: Supervisor, host: str, port: int) -> None:
    """Services, tables, web server and workers, in the order in which they need one another."""
    start_embedded(services)
    services.environment |= {
        "ALLOWED_HOSTS": allowed_hosts(host),
        "BASE_URL": os.environ.get("BASE_URL") or base_url(host, port),
    }
    environment, data = services.environment, services.data
    with step("Tables", "migrated"):
        sentence = "The tables could not be migrated"
        _run_django(services, supervisor, ["migrate", "--noinput"], sentence)
    if supervisor.is_stopping:
        return
    with step("Web server", f"listening on port {port}"):
        server = services.start(programs.web(data, environment, host, port))
        services.start(programs.cpu_worker(data, environment))
        services.start(programs.gpu_worker(data, environment))
        services.start(programs.prompts_worker(data, environment))
        _wait_for_web(server, base_url(host, port), supervisor)


def _wait_for_web(server: Child, address: str, supervisor: Supervisor) -> None:
    """Until the first page is answered; refuses with the end of the log when the server ends."""

    def is_over() -> bool:
        return _answers(address) or not server.is_running() or supervisor.is_stopping

    wait_until(is_over, WEB_TIMEOUT_S)
    if not server.is_running() and not supervisor.is_stopping:
        raise Refusal(
            f"The web server stopped ({server.exit_text()}); its log {server.program.log} ends "
            f"with:\n{server.last_words()}"
        )


def _answers(address: str) -> bool:
    """Whether the server answers at all; whatever it answers, it runs."""
    try:
        with urllib.request.urlopen(address, timeout=10):  # noqa: S310 - our own http address
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def _tell(services: Services, host: str, port: int, elapsed_s: float) -> None:
    """The one line people look for."""
    services.tell_address(base_url(host, port))
    say()
    say(
        f"Coverslip runs at {base_url(host, port)}  (started in {elapsed_s:.1f} s; Ctrl-C stops it)"
    )
    say(f"Data and logs lie in {services.data.path}")
    if is_public(host):
        say("Other machines can reach it, unencrypted: put a server with TLS in front of it.")
    say()


def _load_demo(services: Services, supervisor: Supervisor) -> None:
    """Once for a data folder; a demo that can't be loaded is no reason not to run."""
    data = services.data
    if data.demo_marker.exists() or DEMO_COMMAND not in django_commands():
        return
    try:
        with step("Demo project", "loaded"):
            sentence = "The demo project could not be loaded"
            _run_django(services, supervisor, [DEMO_COMMAND], sentence)
    except Refusal as refusal:
        say(str(refusal))
        return
    if not supervisor.is_stopping:
        data.demo_marker.touch()


def _run_django(
    services: Services, supervisor: Supervisor, arguments: Sequence[str], sentence: str
) -> None:
    """One of Django's commands in its own process; refuses with its last words when it fails."""
    child = Child(programs.django(services.data, services.environment, arguments))
    try:
        while child.is_running() and not supervisor.is_stopping:
            supervisor.check()
            time.sleep(COMMAND_POLL_S)
        if child.exit_code() and not supervisor.is_stopping:
            raise Refusal(
                f"{sentence}; the log {child.program.log} ends with:\n{child.last_words(1)}"
            )
    finally:
        child.stop()


def _stop(services: Services) -> None:
    """Everything ends, the database last."""
    if services.children:
        with step("Stopping", "stopped; the data are kept"):
            services.stop()
    else:
        services.stop()
