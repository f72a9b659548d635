"""The checkout's own Python environment `.venv`: made, kept current, rebuilt when half made."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from webapp.bootstrap.lock import locked_folder
from webapp.bootstrap.packages import install_pip, install_requirements
from webapp.bootstrap.progress import Refusal, step

CHECKOUT = Path(__file__).resolve().parents[2]
ENVIRONMENT = CHECKOUT / ".venv"
REQUIREMENTS = CHECKOUT / "requirements"
STAMP = ENVIRONMENT / "installed.json"

# Requirement files include one another: web < worker < embedded < dev.
RUNNING = "embedded"
DEVELOPING = "dev"


def environment_python() -> Path:
    """The interpreter inside `.venv`."""
    return ENVIRONMENT / "bin" / "python"


def uses_system_python() -> bool:
    """Whether an image or package installed everything itself and wants no `.venv`."""
    return os.environ.get("COVERSLIP_SYSTEM_PYTHON") == "1"


def is_inside() -> bool:
    """Whether this process runs on the Python it should run on."""
    return uses_system_python() or Path(sys.prefix).resolve() == ENVIRONMENT.resolve()


def is_current(group: str) -> bool:
    """Whether `.venv` holds the packages of `requirements/<group>.txt` as they are pinned now."""
    return _installed_groups().get(group) == _digest(group)


def make_current(group: str) -> None:
    """Make or update `.venv`; a second start waits for the first, a half-made one is rebuilt."""
    if is_current(group):
        return
    if not os.access(CHECKOUT, os.W_OK):
        raise Refusal(
            f"The packages are missing or out of date and {CHECKOUT} can't be written by this "
            "user; run `python3 manage.py setup` once as its owner."
        )
    with locked_folder(CHECKOUT):
        if is_current(group):  # whoever held the lock has done it
            return
        if not _installed_groups():
            _make_empty()
        # From here until the packages are in, the environment counts as half made.
        STAMP.unlink(missing_ok=True)
        install_requirements(environment_python(), REQUIREMENTS / f"{group}.txt")
        _write_stamp({name: _digest(name) for name in _included(group)})


def _installed_groups() -> dict[str, str]:
    """Digests of the requirement files that were installed; empty when there is no environment."""
    if not os.access(environment_python(), os.X_OK):
        return {}
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    groups = stamp.get("groups") if isinstance(stamp, dict) else None
    return groups if isinstance(groups, dict) else {}


def _write_stamp(groups: dict[str, str]) -> None:
    """Say what is installed, in one atomic step."""
    partial = STAMP.with_suffix(".partial")
    partial.write_text(json.dumps({"groups": groups}, indent=1) + "\n", encoding="utf-8")
    partial.replace(STAMP)


def _included(group: str) -> list[str]:
    """The group and the groups whose requirement files it includes."""
    lines = (REQUIREMENTS / f"{group}.txt").read_text(encoding="utf-8").splitlines()
    included = [line[3:].strip().removesuffix(".txt") for line in lines if line.startswith("-r ")]
    return [group, *(deeper for name in included for deeper in _included(name))]


def _digest(group: str) -> str:
    """Digest of a group's requirement file together with those it includes."""
    digest = hashlib.sha256()
    for name in _included(group):
        digest.update((REQUIREMENTS / f"{name}.txt").read_bytes())
    return digest.hexdigest()


def _make_empty() -> None:
    """An environment with pip and nothing else, replacing what may lie there half made."""
    with step("Python environment", f"Python {sys.version.split()[0]}"):
        if ENVIRONMENT.is_symlink():
            raise Refusal(f"{ENVIRONMENT} is a link to another folder; remove it and start again.")
        shutil.rmtree(ENVIRONMENT, ignore_errors=False, onerror=_ignore_missing)
        has_pip = _has_ensurepip()
        made = subprocess.run(
            [sys.executable, "-m", "venv", *([] if has_pip else ["--without-pip"]), ENVIRONMENT],
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode:
            raise Refusal(
                "Python could not make an environment in .venv; it says: "
                + (made.stderr or made.stdout).strip()
            )
        if not has_pip:
            install_pip(environment_python())


def _has_ensurepip() -> bool:
    """Whether this Python can put pip into an environment by itself; Debian's often can't."""
    return importlib.util.find_spec("ensurepip") is not None


def _ignore_missing(_function: object, _path: str, reason: tuple[object, object, object]) -> None:
    """Deleting what is not there is no error; every other failure is."""
    if not isinstance(reason[1], FileNotFoundError):
        raise reason[1]  # type: ignore[misc]
