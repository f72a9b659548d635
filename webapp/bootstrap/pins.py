"""Compiles the dependencies of pyproject.toml into exact versions under requirements/."""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import tomllib
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from webapp.bootstrap.environment import CHECKOUT, REQUIREMENTS, environment_python
from webapp.bootstrap.progress import Refusal, step

# Every file includes the one before it.
GROUPS = ("web", "worker", "embedded", "dev")


def main(arguments: Sequence[str]) -> int:
    """`manage.py pin`: rewrite the requirement files."""
    parser = argparse.ArgumentParser(prog="manage.py pin", description=__doc__)
    parser.add_argument("--upgrade", action="store_true", help="take the newest that fit")
    compile_pins(is_upgrade=parser.parse_args(arguments).upgrade)
    return 0


def compile_pins(*, is_upgrade: bool = False) -> None:
    """Rewrite requirements/*.txt; present pins are kept unless `is_upgrade` or they don't fit."""
    wanted: list[str] = []
    known: dict[str, str] = {}
    kept = {} if is_upgrade else present_pins()
    for group, base in zip(GROUPS, (None, *GROUPS), strict=False):
        wanted += declared(group)
        with step(f"Pins for {group}") as current:
            pins = _resolve(wanted, kept | known)
            added = {name: version for name, version in pins.items() if name not in known}
            current.result = f"{len(added)} packages"
        _write(group, base, added)
        known = pins


def declared(group: str) -> list[str]:
    """What pyproject.toml asks for: its dependencies for `web`, an extra for the others."""
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = project["dependencies"] if group == "web" else project["optional-dependencies"][group]
    return list(asked)


def present_pins() -> dict[str, str]:
    """Name and version of everything that is pinned now."""
    lines = [
        line
        for file in REQUIREMENTS.glob("*.txt")
        for line in file.read_text(encoding="utf-8").splitlines()
        if "==" in line and not line.startswith("#")
    ]
    return dict(line.split("==", 1) for line in lines)


def normalized(name: str) -> str:
    """One spelling for a package name (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _resolve(wanted: Sequence[str], kept: dict[str, str]) -> dict[str, str]:
    """Ask pip which versions it would install, without installing them."""
    with TemporaryDirectory() as folder:
        asked, constraints, report = (Path(folder) / n for n in ("asked.txt", "kept.txt", "report"))
        asked.write_text("\n".join(wanted), encoding="utf-8")
        constraints.write_text("\n".join(f"{n}=={v}" for n, v in kept.items()), encoding="utf-8")
        command: list[str | Path] = [
            environment_python(),
            "-I",
            "-m",
            "pip",
            "install",
            "--dry-run",
            "--quiet",
        ]
        command += ["--ignore-installed", "--report", report, "-r", asked, "-c", constraints]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise Refusal(
                "The versions don't fit together; delete the pins that are in the way or use "
                f"`python3 manage.py pin --upgrade`. pip says: {done.stderr.strip()}"
            )
        found = json.loads(report.read_text(encoding="utf-8"))["install"]
    versions = {normalized(i["metadata"]["name"]): i["metadata"]["version"] for i in found}
    # A local part such as +cpu names one build; the pin is for every machine.
    return {name: versions[name].split("+")[0] for name in sorted(versions)}


def _write(group: str, base: str | None, pins: dict[str, str]) -> None:
    """One requirement file: what it is, what it builds on, its own pins."""
    lines = ["# Exact versions for pyproject.toml, written by `python3 manage.py pin`."]
    lines += [f"-r {base}.txt"] if base else []
    lines += [f"{name}=={version}" for name, version in pins.items()]
    (REQUIREMENTS / f"{group}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
