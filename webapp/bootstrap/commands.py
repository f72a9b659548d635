"""What `manage.py` can do: its own commands, the doors to the engine, Django's commands."""

from __future__ import annotations

import ast
import textwrap
from dataclasses import dataclass
from pathlib import Path

from webapp.bootstrap.environment import CHECKOUT, DEVELOPING, RUNNING

NAME_WIDTH = 22
SUMMARY_WIDTH = 74
APPS = ("webapp", "segmentation", "annotations")


@dataclass(frozen=True)
class Command:
    """One word after `manage.py`."""

    name: str
    summary: str
    function: str  # "module:function", called with the remaining arguments
    requirements: str = RUNNING
    needs_front_end: bool = False


@dataclass(frozen=True)
class Group:
    """Commands that belong together in the explanation."""

    title: str
    commands: tuple[Command, ...]


GROUPS = (
    Group(
        "Start here",
        (
            Command(
                "up",
                "set up and start everything, with a demo project; prints the address",
                "webapp.embedded.up:main",
                needs_front_end=True,
            ),
            Command(
                "setup",
                "only install and build what `up` needs; start nothing",
                "webapp.bootstrap.setup:main",
                needs_front_end=True,
            ),
        ),
    ),
    Group(
        "Without a server, on your own files",
        (
            Command(
                "segment",
                "segment an image file into a label image",
                "segmentation.engine.cli.segment:main",
            ),
            Command(
                "measure",
                "measure the objects of a label image into a table",
                "annotations.reports.cli:main",
            ),
            Command(
                "score",
                "score label images against the truth",
                "segmentation.engine.cli.score:main",
            ),
            Command(
                "train",
                "train the network on corrected images",
                "segmentation.engine.cli.train:main",
            ),
        ),
    ),
    Group(
        "With a server anywhere, by a token",
        (
            Command(
                "upload",
                "send files and folders to a dataset; goes on where it stopped",
                "webapp.client.upload:main",
            ),
            Command(
                "import-masks",
                "send masks of other programs to a dataset, and accept them with --accept",
                "webapp.client.masks:main",
            ),
            Command(
                "download",
                "fetch the originals of a dataset, checked by their digests",
                "webapp.client.download:main",
            ),
        ),
    ),
    Group(
        "Working on the code",
        (
            Command(
                "test",
                "all the tests, or those of a path, with everything they need",
                "webapp.bootstrap.test_run:main",
                DEVELOPING,
                needs_front_end=True,
            ),
            Command(
                "lint",
                "style, types, import contracts of Python and TypeScript",
                "webapp.bootstrap.checks:lint",
                DEVELOPING,
            ),
            Command(
                "fix",
                "correct by machine what lint can correct",
                "webapp.bootstrap.checks:fix",
                DEVELOPING,
            ),
            Command(
                "ci",
                "exactly what continuous integration runs",
                "webapp.bootstrap.test_run:main",
                DEVELOPING,
                needs_front_end=True,
            ),
            Command(
                "pin",
                "compile pyproject.toml into exact versions (--upgrade takes the newest)",
                "webapp.bootstrap.pins:main",
                DEVELOPING,
            ),
        ),
    ),
)


def own_commands() -> dict[str, Command]:
    """The commands that are not Django's, by name."""
    return {command.name: command for group in GROUPS for command in group.commands}


def django_commands() -> dict[str, str]:
    """The apps' management commands and their help, read without importing them."""
    found: dict[str, str] = {}
    for app in APPS:
        folder = CHECKOUT / app / "management" / "commands"
        for file in sorted(folder.glob("[!_]*.py")):
            found[file.stem] = _help_of(file)
    return found


def explain() -> str:
    """The text that `manage.py` prints when it is not told what to do."""
    lines = [
        "Coverslip: upload, segment, correct, approve, measure and report microscopy images.",
        "",
        "  python3 manage.py COMMAND [options]      (COMMAND --help explains one of them)",
    ]
    for group in GROUPS:
        present = [_line(c.name, c.summary) for c in group.commands if _exists(c)]
        lines += ["", group.title, *present] if present else []
    lines += ["", "Operating an installation"]
    lines += [_line(name, text) for name, text in sorted(django_commands().items())]
    lines += [
        _line("migrate, shell, ...", "Django's own commands; `help` lists all of them"),
        "",
        "The first command makes .venv, which takes a few minutes. Data lie in storage/ unless",
        "DATA_DIR names another folder; DATABASE_URL and REDIS_URL replace the embedded PostgreSQL",
        "and Valkey.",
    ]
    return "\n".join(lines)


def _line(name: str, summary: str) -> str:
    return f"  {name:<{NAME_WIDTH}} {textwrap.shorten(summary, SUMMARY_WIDTH, placeholder=' ...')}"


def _exists(command: Command) -> bool:
    """Whether the command's module is part of this checkout."""
    return (CHECKOUT / (command.function.split(":")[0].replace(".", "/") + ".py")).exists()


def _help_of(file: Path) -> str:
    """The `help` of a management command's class, else the first line of its module."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            names = [target.id for target in node.targets if isinstance(target, ast.Name)]
            if names == ["help"] and isinstance(node.value.value, str):
                return node.value.value
    return (ast.get_docstring(tree) or "").split("\n")[0]
