"""`manage.py lint` and `fix`: what machines can say about the code, Python and TypeScript."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence

from webapp.bootstrap.environment import CHECKOUT
from webapp.bootstrap.front_end import make_packages_current, run_npm
from webapp.bootstrap.progress import say

RUFF_LINT = ("-m", "ruff", "check", ".")
RUFF_STYLE = ("-m", "ruff", "format", "--check", ".")
TYPES = ("-m", "mypy")
IMPORTS = ("-c", "from importlinter.cli import lint_imports_command as c; c()")

# Type checking loads the settings, which ask for addresses that nothing then connects to.
SETTINGS = {
    "DATABASE_URL": "postgresql://unused@/unused",
    "REDIS_URL": "unix:///unused",
    "SECRET_KEY": "unused",
    "DJANGO_SETTINGS_MODULE": "webapp.config.settings",
}


PYTHON_CHECKS = {
    "ruff check": RUFF_LINT,
    "ruff format": RUFF_STYLE,
    "mypy": TYPES,
    "import contracts": IMPORTS,
}


def lint(arguments: Sequence[str]) -> int:
    """Run every check, also after one has failed; 0 when all are content."""
    argparse.ArgumentParser(prog="manage.py lint", description=__doc__).parse_args(arguments)
    failed = failed_python_checks()
    say("== TypeScript")
    if _npm("check"):
        failed.append("TypeScript")
    say(f"Not content: {', '.join(failed)}." if failed else "All checks are content.")
    return int(bool(failed))


def failed_python_checks() -> list[str]:
    """Run every check of the Python code; the names of those that are not content."""
    failed = []
    for name, command in PYTHON_CHECKS.items():
        say(f"== {name}")
        if run_python(command):
            failed.append(name)
    return failed


def fix(arguments: Sequence[str]) -> int:
    """Correct by machine what can be corrected; 0 when nothing is left to do by hand."""
    argparse.ArgumentParser(prog="manage.py fix", description=__doc__).parse_args(arguments)
    left = run_python(("-m", "ruff", "check", "--fix", "."))
    left |= run_python(("-m", "ruff", "format", "."))
    return int(bool(left | _npm("fix")))


def run_python(command: Sequence[str]) -> int:
    """One of Python's tools in the checkout."""
    environment = SETTINGS | dict(os.environ)
    done = subprocess.run([sys.executable, *command], cwd=CHECKOUT, env=environment, check=False)
    return done.returncode


def _npm(script: str) -> int:
    """One of the front end's scripts."""
    make_packages_current()
    return run_npm(["run", "--silent", script])[0]
