"""What set-up and start are doing, step by step, with the time each took."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

TITLE_WIDTH = 20
QUIET_S = 15.0  # without a terminal, a long step reports at most this often


class Refusal(Exception):
    """A reason not to go on, as one sentence that says what to do."""


def say(text: str = "") -> None:
    """Write one line at once."""
    _write(text + "\n")


def _write(text: str) -> None:
    """Write at once; a terminal that was closed is no reason to stop what we are doing."""
    with suppress(OSError):
        sys.stdout.write(text)
        sys.stdout.flush()


class Step:
    """One step of the work; `update` shows how far it is, `result` is its last word."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.result = ""
        self._started_at = time.monotonic()
        self._shown_at = self._started_at
        self._is_terminal = sys.stdout.isatty()

    def update(self, text: str) -> None:
        """Show the present state: in place on a terminal, as a line now and then elsewhere."""
        if self._is_terminal:
            width = shutil.get_terminal_size().columns - 1
            line = f"  {self.title:<{TITLE_WIDTH}} {text}"[:width]
            _write("\r\x1b[K" + line)
        elif time.monotonic() - self._shown_at >= QUIET_S:
            self._shown_at = time.monotonic()
            say(f"  {self.title:<{TITLE_WIDTH}} {text} ({self.elapsed_s():.0f} s)")

    def elapsed_s(self) -> float:
        """Seconds since the step began."""
        return time.monotonic() - self._started_at

    def finish(self, result: str) -> None:
        """Replace the progress by the result and the time."""
        if self._is_terminal:
            _write("\r\x1b[K")
        say(f"  {self.title:<{TITLE_WIDTH}} {result:<44} {self.elapsed_s():6.1f} s")


@contextmanager
def step(title: str, result: str = "done") -> Iterator[Step]:
    """Run one step; its line ends with the result, or with `failed` when it raises."""
    current = Step(title)
    current.result = result
    current.update("...")
    try:
        yield current
    except BaseException:
        current.finish("failed")
        raise
    current.finish(current.result)
