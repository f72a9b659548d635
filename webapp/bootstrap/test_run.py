"""`manage.py test`: every test with everything it needs, and one line that says how it went."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree

from webapp.bootstrap.browser import require_browser
from webapp.bootstrap.checks import PYTHON_CHECKS, failed_python_checks
from webapp.bootstrap.environment import CHECKOUT
from webapp.bootstrap.front_end import run_npm
from webapp.bootstrap.progress import say

HELP = """usage: manage.py test [path] [pytest options]

Without a path: the tests of Python in random order on two processes, then TypeScript's types and
tests. With a path or options: pytest alone, on that. pytest prints the seed of the random order;
`-p no:randomly` keeps the written order, `-p randomly --randomly-seed=N` repeats one."""
N_PROCESSES = 2


@dataclass(frozen=True)
class Count:
    """How many tests went how."""

    n_passed: int = 0
    n_failed: int = 0

    def __add__(self, other: Count) -> Count:
        return Count(self.n_passed + other.n_passed, self.n_failed + other.n_failed)


def main(arguments: Sequence[str]) -> int:
    """Run the tests; 0 only when there were some and none failed."""
    if {"-h", "--help"} & set(arguments):
        say(HELP)
        return 0
    begun_at = time.monotonic()
    is_everything = not arguments
    if is_everything or any("browser" in argument for argument in arguments):
        os.environ["CHROMIUM"] = str(require_browser())
    total = run_pytest(arguments or ["-n", str(N_PROCESSES), "--dist", "loadfile"])
    if is_everything:
        total += run_python_checks() + run_types() + run_vitest()
    elapsed_s = time.monotonic() - begun_at
    text = f" {total.n_passed} passed, {total.n_failed} failed in {elapsed_s:.2f} s "
    say(text.center(80, "="))
    return int(total.n_failed > 0 or total.n_passed == 0)


def run_pytest(arguments: Sequence[str]) -> Count:
    """pytest on the checkout; a run that broke off counts as one failure more."""
    with TemporaryDirectory() as folder:
        report = Path(folder) / "pytest.xml"
        command = [sys.executable, "-m", "pytest", f"--junitxml={report}", *arguments]
        code = subprocess.run(command, cwd=CHECKOUT, check=False).returncode
        counted = count_junit(report.read_text(encoding="utf-8")) if report.exists() else Count()
    # 1: tests failed, 2: files could not be collected; both are in the report.
    is_explained = code == 0 or (code in (1, 2) and counted.n_failed > 0)
    return counted if is_explained else counted + Count(n_failed=1)


def count_junit(report: str) -> Count:
    """The counts in pytest's report; a skipped test was not passed and is not allowed here."""
    suites = ElementTree.fromstring(report).iter("testsuite")  # noqa: S314 - our own report
    total = Count()
    for suite in suites:
        number = {
            name: int(suite.get(name, "0")) for name in ("tests", "failures", "errors", "skipped")
        }
        n_bad = number["failures"] + number["errors"]
        total += Count(max(number["tests"] - n_bad - number["skipped"], 0), n_bad)
    return total


def run_python_checks() -> Count:
    """Ruff, mypy and the import contracts, each as one check."""
    n_failed = len(failed_python_checks())
    return Count(len(PYTHON_CHECKS) - n_failed, n_failed)


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


def count_vitest(report: str) -> Count:
    """The counts in vitest's JSON report; a file that could not be loaded counts as a failure."""
    found = json.loads(report)
    n_broken_files = sum(
        result["status"] == "failed" and not result["assertionResults"]
        for result in found["testResults"]
    )
    return Count(found["numPassedTests"], found["numFailedTests"] + n_broken_files)
