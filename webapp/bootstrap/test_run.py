"""`manage.py test`: every test with everything it needs, and one line that says how it went."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from webapp.bootstrap.beside import running_beside
from webapp.bootstrap.browser import require_browser
from webapp.bootstrap.counting import Count, count_junit
from webapp.bootstrap.environment import CHECKOUT
from webapp.bootstrap.progress import say

HELP = """usage: manage.py test [path] [pytest options]

Without a path: the tests of Python in random order on two processes, and beside them the checks and
tests of TypeScript and the checks of Python. With a path or options: pytest alone, on that. pytest
prints the seed of the random order; `-p no:randomly` keeps the written order,
`-p randomly --randomly-seed=N` repeats one."""
N_PROCESSES = 2


def main(arguments: Sequence[str]) -> int:
    """Run the tests; 0 only when there were some and none failed."""
    if {"-h", "--help"} & set(arguments):
        say(HELP)
        return 0
    begun_at = time.monotonic()
    is_everything = not arguments
    if is_everything or any("browser" in argument for argument in arguments):
        os.environ["CHROMIUM"] = str(require_browser())
    total = run_everything() if is_everything else run_pytest(arguments)
    elapsed_s = time.monotonic() - begun_at
    text = f" {total.n_passed} passed, {total.n_failed} failed in {elapsed_s:.2f} s "
    say(text.center(80, "="))
    return int(total.n_failed > 0 or total.n_passed == 0)


def run_everything() -> Count:
    """All tests of Python on several processes, with all other checks beside them."""
    with running_beside() as lanes:
        total = run_pytest(["-n", str(N_PROCESSES), "--dist", "loadfile", "--no-loadscope-reorder"])
        return sum((lane.result() for lane in lanes), start=total)


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
