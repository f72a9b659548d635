"""Watches the children until it is told to stop; starts those anew that die."""

from __future__ import annotations

import signal
import threading
import time
from types import FrameType

from webapp.bootstrap.progress import say
from webapp.embedded.processes import Child
from webapp.embedded.services import Services

WATCH_S = 0.5
FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 30.0
# A child that ran this long was well; its next death begins again with the shortest pause.
STEADY_S = 60.0


class Supervisor:
    """Restarts children with growing pauses; a stop signal ends the watch."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._stop = threading.Event()
        self._pauses_s: dict[str, float] = {}
        self._due_at: dict[str, float] = {}

    def catch_signals(self) -> None:
        """Ctrl-C, kill and a closed terminal ask for an orderly stop, a second one for haste."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._on_signal)
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup wants to be left alone
            signal.signal(signal.SIGHUP, self._on_signal)

    @property
    def is_stopping(self) -> bool:
        """Whether a stop was asked for."""
        return self._stop.is_set()

    def watch(self) -> None:
        """Return when a stop was asked for."""
        while not self._stop.wait(WATCH_S):
            self.check()

    def check(self) -> None:
        """Notice deaths, and start anew what is due."""
        now = time.monotonic()
        for child in list(self._services.children):
            if child.is_running():
                continue
            if child.program.name not in self._due_at:
                self._announce(child, now)
            if now >= self._due_at[child.program.name]:
                del self._due_at[child.program.name]
                self._services.replace(child)

    def _announce(self, child: Child, now: float) -> None:
        """Decide on the pause and say it in one sentence."""
        name = child.program.name
        was_steady = now - child.started_at >= STEADY_S
        pause_s = FIRST_PAUSE_S if was_steady else self._pauses_s.get(name, FIRST_PAUSE_S)
        self._pauses_s[name] = min(pause_s * 2, LONGEST_PAUSE_S)
        self._due_at[name] = now + pause_s
        say(
            f"{child.program.title} stopped ({child.exit_text()}) and starts again in "
            f"{pause_s:.0f} s; its log is {child.program.log}."
        )

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        if self._stop.is_set():
            for child in self._services.children:
                child.hurry()
        self._stop.set()
