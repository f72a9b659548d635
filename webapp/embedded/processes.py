"""Child processes: started bound to our life, known by id and start time, stopped for sure."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

LAUNCH = Path(__file__).with_name("launch.py")
LOG_LIMIT_BYTES = 10 * 2**20
POLL_S = 0.02

DIRECT = "direct"


@dataclass(frozen=True)
class Program:
    """What to run and how to end it."""

    name: str  # also the name of its log
    title: str  # what people read: "The database"
    arguments: Sequence[str]
    log: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    folder: Path | None = None
    account: str = DIRECT
    # Signals in order, each with the seconds that are waited before the next one; then SIGKILL.
    stop_signals: Sequence[tuple[signal.Signals, float]] = ((signal.SIGTERM, 10.0),)
    death_signal: signal.Signals = signal.SIGKILL
    # A foundation is ended after the programs that need it.
    is_foundation: bool = False


class Child:
    """One running program; its process group has its id, so that its own children end with it."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.started_at = time.monotonic()
        self._was_asked = False
        _limit(program.log)
        launcher = [sys.executable, "-I", "-S", str(LAUNCH), str(os.getpid())]
        launcher += [str(int(program.death_signal)), program.account]
        with program.log.open("ab") as log:
            self._process = subprocess.Popen(
                [*launcher, *program.arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=program.folder,
                env={**os.environ, **program.environment},
                start_new_session=True,  # Ctrl-C in the terminal is for us alone
            )
        self.pid = self._process.pid

    def is_running(self) -> bool:
        """Whether it still runs; collects its exit code when not."""
        return self._process.poll() is None

    def exit_code(self) -> int | None:
        """Its exit code, negative for a signal; None while it runs."""
        return self._process.poll()

    def exit_text(self) -> str:
        """How it ended, in words."""
        code = self._process.poll()
        if code is None:
            return "still running"
        return f"exit code {code}" if code >= 0 else f"signal {signal.Signals(-code).name}"

    def last_words(self, n_lines: int = 8) -> str:
        """The end of its log."""
        lines = self.program.log.read_bytes()[-8192:].decode(errors="replace").splitlines()
        return "\n".join(lines[-n_lines:])

    def ask_to_stop(self) -> None:
        """Send the first of its stop signals, without waiting."""
        if self.is_running() and not self._was_asked:
            self._was_asked = True
            self._process.send_signal(self.program.stop_signals[0][0])

    def stop(self) -> None:
        """End it, politely first; returns when it and its process group are gone."""
        self.ask_to_stop()
        (_, patience_s), *further = self.program.stop_signals
        if not self._ends_within(patience_s):
            for number, patience_s in further:
                self._process.send_signal(number)
                if self._ends_within(patience_s):
                    break
        self.kill()

    def _ends_within(self, patience_s: float) -> bool:
        """Wait for its end; False when it takes longer."""
        try:
            self._process.wait(patience_s)
        except subprocess.TimeoutExpired:
            return False
        return True

    def kill(self) -> None:
        """End it and what it left in its process group at once."""
        self.hurry()
        self._process.wait()

    def hurry(self) -> None:
        """Send SIGKILL to it and its process group, without waiting."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)


def wait_until(is_true: Callable[[], bool], timeout_s: float) -> bool:
    """Ask again and again until the answer is yes; False when the time is over."""
    end = time.monotonic() + timeout_s
    while not is_true():
        if time.monotonic() > end:
            return False
        time.sleep(POLL_S)
    return True


def _limit(log: Path) -> None:
    """Begin a new log when the last one has grown; one old one is kept."""
    if log.exists() and log.stat().st_size > LOG_LIMIT_BYTES:
        log.replace(log.with_suffix(".1.log"))
