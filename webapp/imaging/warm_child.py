"""The parent's end of a nursery: children that begin to work at once."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

REPOSITORY = Path(__file__).resolve().parents[2]
_PIECE_BYTES = 4096


class NurseryGone(Exception):
    """The nursery has ended, such as when the system needed its memory."""


class Nursery:
    """A process that forks one child after the other; of one thread at a time."""

    def __init__(self) -> None:
        self._socket, theirs = socket.socketpair()
        with theirs:
            number = theirs.fileno()
            self._process = subprocess.Popen(
                [sys.executable, "-m", "webapp.imaging.nursery", str(number)],
                cwd=REPOSITORY,
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=[number],
                start_new_session=True,
            )
        self._heard = b""

    def ask(self, module: str, arguments: Sequence[str], output: int, log: int) -> int:
        """Start a child; returns its process id."""
        request = json.dumps({"module": module, "arguments": list(arguments)}).encode()
        try:
            socket.send_fds(self._socket, [request], [output, log])
        except OSError as error:
            raise NurseryGone from error
        return self._hear("pid", None)

    def status(self, deadline: float | None) -> int:
        """How the child ended: its exit status, or minus the signal. TimeoutError at a deadline."""
        return self._hear("status", deadline)

    def close(self) -> None:
        """End the nursery."""
        self._socket.close()
        self._process.kill()
        self._process.wait()

    def _hear(self, key: str, deadline: float | None) -> int:
        while b"\n" not in self._heard:
            left = None if deadline is None else max(0.01, deadline - time.monotonic())
            self._socket.settimeout(left)
            try:
                piece = self._socket.recv(_PIECE_BYTES)
            except TimeoutError:
                raise
            except OSError as error:
                raise NurseryGone from error
            if not piece:
                raise NurseryGone
            self._heard += piece
        line, _, self._heard = self._heard.partition(b"\n")
        return int(json.loads(line)[key])


class WarmChild:
    """A child at work. `output` is the descriptor that reads what it says."""

    def __init__(self, nursery: Nursery, pid: int, output: int) -> None:
        self.output = output
        self.returncode: int | None = None
        self._nursery = nursery
        self._pid = pid

    def wait(self, deadline: float | None) -> int:
        """The exit status; TimeoutError at a deadline of time.monotonic."""
        if self.returncode is None:
            self.returncode = self._nursery.status(deadline)
        return self.returncode

    def end(self) -> None:
        """Kill what is left of its process group and wait for it."""
        os.close(self.output)
        if self.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._pid, signal.SIGKILL)
            self.wait(None)


_idle: list[Nursery] = []
_lock = threading.Lock()
# A fork of this process must not speak with the nurseries of its parent.
os.register_at_fork(after_in_child=_idle.clear)


@contextlib.contextmanager
def warm_child(module: str, arguments: Sequence[str], log: IO[bytes]) -> Iterator[WarmChild]:
    """A child that runs `main(arguments)` of a module; nothing of it is left after the block."""
    nursery, child = _born(module, arguments, log)
    try:
        yield child
    finally:
        try:
            child.end()
        except NurseryGone:
            nursery.close()
            raise
        with _lock:
            _idle.append(nursery)


def _born(module: str, arguments: Sequence[str], log: IO[bytes]) -> tuple[Nursery, WarmChild]:
    """A child of an idle nursery that still lives, else of a new one."""
    while True:
        with _lock:
            nursery, is_new = (_idle.pop(), False) if _idle else (Nursery(), True)
        output, theirs = os.pipe()
        try:
            pid = nursery.ask(module, arguments, theirs, log.fileno())
            return nursery, WarmChild(nursery, pid, output)
        except NurseryGone:
            os.close(output)
            nursery.close()
            if is_new:
                raise
        finally:
            os.close(theirs)


def _environment() -> dict[str, str]:
    """Return an environment without secrets, and without threads that reserve memory."""
    return {
        "PATH": os.defpath,
        "PYTHONUTF8": "1",
        "PYTHONDONTWRITEBYTECODE": "1" if sys.dont_write_bytecode else "",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "TIFFFILE_NUM_THREADS": "1",
        "MALLOC_ARENA_MAX": "2",
    }
