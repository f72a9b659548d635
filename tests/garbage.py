"""When the processes of the tests look for garbage (`-p tests.garbage`).

Importing torch and its like makes millions of objects that stay: looking through them again and
again is a quarter of the time that collecting the tests takes. So nobody looks until all tests are
collected, and what is there then is never looked through again.
"""

from __future__ import annotations

import gc
from collections.abc import Generator

import pytest


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """All test modules are imported in here."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish() -> None:
    """Look a last time, and leave nothing for the look that pytest takes at its very end.

    A process of a parallel run has five seconds for its end before xdist interrupts it: that was
    the KeyboardInterrupt out of whatever ran then.
    """
    gc.collect()
    gc.freeze()
