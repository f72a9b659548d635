"""One line on a terminal that says how far a file is and how long it will take."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TextIO

REDRAWN_S = 0.2
SILENT_S = 1.0
"""What is done sooner needs no line."""
ERASED = "\r\x1b[K"


class ProgressLine:
    """Redraws itself in place; says nothing where the stream is no terminal."""

    def __init__(
        self, name: str, stream: TextIO, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.name = name
        self.stream = stream
        self.clock = clock
        self.started_at = self.drawn_at = clock()
        self.is_drawn = False

    def tell(self, fraction: float) -> None:
        """Show a share of the work, 0..1."""
        now = self.clock()
        took = now - self.started_at
        if not self.stream.isatty() or took < SILENT_S or now - self.drawn_at < REDRAWN_S:
            return
        left = f", {in_words(took / fraction - took)} left" if fraction > 0 else ""
        self.stream.write(f"{ERASED}{self.name}: {fraction:.0%}{left}")
        self.stream.flush()
        self.drawn_at, self.is_drawn = now, True

    def part(self, start: float, share: float) -> Callable[[float], None]:
        """Return what tells of a part of the work."""
        return lambda fraction: self.tell(start + share * fraction)

    def __enter__(self) -> ProgressLine:
        return self

    def __exit__(self, *_: object) -> None:
        """Make room for what is printed next."""
        if self.is_drawn:
            self.stream.write(ERASED)
            self.stream.flush()


def in_words(seconds: float) -> str:
    """Return a time as a person would say it.

    >>> in_words(41), in_words(200), in_words(9000)
    ('41 s', '3 min', '2.5 h')
    """
    if seconds < 60:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
