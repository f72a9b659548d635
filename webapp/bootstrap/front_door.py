"""From the words after `manage.py` to the command, with everything it needs set up first."""

from __future__ import annotations

import difflib
import importlib
import os
import sys
from collections.abc import Callable, Sequence

from webapp.bootstrap.commands import Command, django_commands, explain, own_commands
from webapp.bootstrap.environment import (
    CHECKOUT,
    RUNNING,
    environment_python,
    is_current,
    is_inside,
    make_current,
    uses_system_python,
)
from webapp.bootstrap.progress import Refusal, say

HELP_WORDS = {"-h", "--help"}
DJANGO = Command("django", "any of Django's commands", "webapp.embedded.django_command:main")
# Set while the process replaces itself, so that a broken `.venv` can't make it do so for ever.
ENTERED = "COVERSLIP_ENTERED"


def main(arguments: Sequence[str]) -> int:
    """Explain, or set up and run one command; returns the exit code."""
    if not arguments or arguments[0] in HELP_WORDS or list(arguments) == ["help"]:
        say(explain())
        return 0
    try:
        return _run(arguments[0], list(arguments[1:]))
    except Refusal as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 1
    except KeyboardInterrupt:
        say()
        return 130


def _run(name: str, rest: list[str]) -> int:
    """Run one command inside `.venv`, making that first."""
    if os.name != "posix":
        raise Refusal("Coverslip runs on Linux and macOS; on Windows start it inside WSL.")
    command = own_commands().get(name)
    if command is None:
        _refuse_misspelled(name)
        command, rest = DJANGO, [name, *rest]
    if not uses_system_python():
        make_current(command.requirements)
    if not is_inside():
        _enter(sys.argv[1:])
    if command.needs_front_end and not HELP_WORDS & set(rest):
        _function("webapp.bootstrap.front_end:make_front_end_current")()
    return _function(command.function)(rest) or 0


def _refuse_misspelled(name: str) -> None:
    """Before gigabytes are fetched for it, see whether the word is one that is known."""
    known = [*own_commands(), *django_commands()]
    if name in known or is_current(RUNNING) or uses_system_python():
        return  # Django knows the rest of its commands itself
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.75)
    if near:
        raise Refusal(f"There is no command {name!r}; did you mean `manage.py {near[0]}`?")


def _enter(arguments: Sequence[str]) -> None:
    """Replace this process by the same command on `.venv`'s Python."""
    if os.environ.get(ENTERED) == "1":
        raise Refusal("The Python in .venv is not usable; remove the folder .venv and start again.")
    os.environ[ENTERED] = "1"
    python = str(environment_python())
    os.execv(python, [python, str(CHECKOUT / "manage.py"), *arguments])  # noqa: S606 - no shell


def _function(name: str) -> Callable[..., int | None]:
    """The function `module:name`; by name, because the engine's doors lie above this package."""
    module, function = name.split(":")
    os.environ.pop(ENTERED, None)
    found: Callable[..., int | None] = getattr(importlib.import_module(module), function)
    return found
