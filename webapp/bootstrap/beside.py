"""Checks that run beside the tests of Python, in what those leave of the processors.

`python -m webapp.bootstrap.beside LANE FILE` runs one lane and writes its counts to FILE.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

from webapp.bootstrap.checks import PYTHON_CHECKS, failed_python_checks
from webapp.bootstrap.counting import Count, count_vitest
from webapp.bootstrap.environment import CHECKOUT
from webapp.bootstrap.front_end import run_npm
from webapp.bootstrap.progress import say

# The tests wait for browsers and workers again and again; who is nicer than they gets those gaps.
NICENESS = 10


class Lane:
    """Checks that run one after another; what they say is kept until it is asked for."""

    def __init__(self, name: str, folder: Path) -> None:
        self._result = folder / f"{name}.json"
        self._said = folder / f"{name}.txt"
        command = [sys.executable, "-m", __name__, name, str(self._result)]
        with self._said.open("wb") as said:
            self._process = subprocess.Popen(
                command,
                cwd=CHECKOUT,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                process_group=0,  # so that it ends with all that it started
            )

    def result(self) -> Count:
        """Wait for the end and say what was said; checks that broke off count as a failure."""
        self._process.wait()
        say(self._said.read_text(encoding="utf-8", errors="replace").rstrip())
        if self._process.returncode or not self._result.exists():
            return Count(n_failed=1)
        return Count(**json.loads(self._result.read_text(encoding="utf-8")))

    def stop(self) -> None:
        """End it at once, if it has not ended."""
        if self._process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()


@contextmanager
def running_beside() -> Iterator[list[Lane]]:
    """All lanes, begun; none outlives the block."""
    with TemporaryDirectory() as folder:
        lanes = [Lane(name, Path(folder)) for name in LANES]
        try:
            yield lanes
        finally:
            for lane in lanes:
                lane.stop()


def run_python_checks() -> Count:
    """Ruff, mypy and the import contracts, each as one check."""
    n_failed = len(failed_python_checks())
    return Count(len(PYTHON_CHECKS) - n_failed, n_failed)


def run_typescript() -> Count:
    """TypeScript's types and style, then its tests."""
    return run_types() + run_vitest()


def run_types() -> Count:
    """TypeScript's compiler and linter, as one check."""
    say("== TypeScript: types and style")
    code, _ = run_npm(["run", "--silent", "check"])
    return Count(n_failed=1) if code else Count(n_passed=1)


def run_vitest() -> Count:
    """TypeScript's tests; a run that broke off counts as one failure more."""
    say("== TypeScript: tests")
    with TemporaryDirectory() as folder:
        report = Path(folder) / "vitest.json"
        reporters = ["--reporter=default", "--reporter=json", f"--outputFile={report}"]
        code, _ = run_npm(["run", "--silent", "test", "--", *reporters])
        counted = count_vitest(report.read_text(encoding="utf-8")) if report.exists() else Count()
    is_explained = (code == 0) == (counted.n_failed == 0)
    return counted if is_explained else counted + Count(n_failed=1)


LANES: dict[str, Callable[[], Count]] = {
    "python": run_python_checks,
    "typescript": run_typescript,
}


def main(arguments: Sequence[str]) -> int:
    """Run one lane as politely as it was asked for, and write down how it went."""
    name, result = arguments
    os.nice(NICENESS)
    Path(result).write_text(json.dumps(asdict(LANES[name]())), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
