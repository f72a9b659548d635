"""`up` starts everything, survives being killed, and leaves nothing behind when it is stopped."""

from __future__ import annotations

import json
import re
import signal
import urllib.error
import urllib.request

import psutil
import pytest

UP = "import sys; from webapp.embedded.up import main; sys.exit(main(sys.argv[1:]))"
NAMES = {"postgres", "valkey", "web", "worker-cpu", "worker-gpu", "worker-prompts"}


def _wait_for_address(process) -> str:
    said = []
    for line in process.stdout:
        said.append(line)
        if found := re.search(r"Coverslip runs at (http://\S+)", line):
            return found[1]
    return pytest.fail("up ended before it was ready:\n" + "".join(said))


def _children(data) -> dict[str, psutil.Process]:
    entries = json.loads(data.processes.read_text())
    return {entry["name"]: psutil.Process(entry["pid"]) for entry in entries}


def _runs(process: psutil.Process) -> bool:
    """Whether it still does anything; one that ended may wait for init to collect it."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _status(address: str) -> int:
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


@pytest.mark.slow
def test_up_answers_survives_kill_9_and_stops_by_ctrl_c(data, start):
    killed = start("-c", UP, "--port", "0", "--no-demo")
    assert _status(_wait_for_address(killed)) == 200
    orphans = _children(data)
    assert orphans.keys() == NAMES
    killed.kill()
    killed.wait()

    again = start("-c", UP, "--port", "0", "--no-demo")
    address = _wait_for_address(again)
    assert _status(address) == 200
    assert not any(_runs(process) for process in orphans.values())

    second = start("-c", UP, "--port", "0", "--no-demo")
    said, _ = second.communicate(timeout=60)
    assert second.returncode == 1
    assert "already runs on this data folder" in said
    assert address in said

    children = _children(data)
    family = [p for child in children.values() for p in [child, *child.children(recursive=True)]]
    again.send_signal(signal.SIGINT)
    assert again.wait(60) == 0
    assert not any(_runs(process) for process in family)
    assert not data.services.exists()
