"""An event loop on its own thread, for code without one that speaks to a library that wants one.

A loop for each call would also open a connection to the broker each time, which takes ten times as
long as what is said over it.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Coroutine
from functools import cache
from threading import Thread
from typing import Any, TypeVar

T = TypeVar("T")


def run_on_kept_loop(work: Coroutine[Any, Any, T], patience_s: float) -> T:
    """Run `work` and wait for what it returns or raises; TimeoutError when that takes longer."""
    future = asyncio.run_coroutine_threadsafe(work, _loop())
    try:
        return future.result(patience_s)
    except TimeoutError:
        future.cancel()
        raise


@cache
def _loop() -> asyncio.AbstractEventLoop:
    """The loop of this process, from its first use on."""
    loop = asyncio.new_event_loop()
    Thread(target=loop.run_forever, name="kept loop", daemon=True).start()
    return loop


# A fork takes the loop over without its thread.
os.register_at_fork(after_in_child=_loop.cache_clear)
