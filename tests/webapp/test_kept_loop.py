"""One event loop a process, on a thread of its own."""

from __future__ import annotations

import asyncio
import os

import pytest

from webapp.kept_loop import run_on_kept_loop


async def the_loop() -> int:
    """Which loop this runs on."""
    return id(asyncio.get_running_loop())


def test_every_call_runs_on_the_same_loop() -> None:
    assert run_on_kept_loop(the_loop(), 5) == run_on_kept_loop(the_loop(), 5)


def test_what_takes_too_long_is_given_up() -> None:
    with pytest.raises(TimeoutError):
        run_on_kept_loop(asyncio.sleep(60), 0.05)


def test_a_fork_has_a_loop_of_its_own() -> None:
    run_on_kept_loop(the_loop(), 5)
    child = os.fork()
    if child == 0:
        os._exit(int(run_on_kept_loop(asyncio.sleep(0, 7), 5)))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
