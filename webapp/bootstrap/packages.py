"""Python packages: pip's calls, its progress, and the build of PyTorch that fits the machine."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from webapp.bootstrap.progress import Refusal, Step, step

CPU_INDEX = "https://download.pytorch.org/whl/cpu"
CPU_INDEX_TIMEOUT_S = 2.0

# For a Python without ensurepip, as Debian and Ubuntu ship it.
PIP_WHEEL = (
    "https://files.pythonhosted.org/packages/07/25/"
    "ee8c38ae72d66b844ce8eb9711ba905dba21ca1a8a0c960057c41cd23337/pip-26.3-py3-none-any.whl"
)
PIP_WHEEL_SHA256 = "f3b60b20ffaadd4415ed7957212a38ac63fa4c5fa375bd0f4a797777940fad13"


def install_requirements(python: Path, file: Path) -> None:
    """Install one pinned requirement file, and those it includes, for `python`."""
    n_pinned = _count_pins(file)
    with step("Python packages", f"{n_pinned} pinned packages") as current:
        command: list[str | Path] = [python, "-I", "-m", "pip", "install", "--progress-bar", "off"]
        command += ["--no-warn-script-location", "-r", file, *_torch_index(python)]
        _run_pip(command, python.parents[1] / "packages.log", current, n_pinned)


def install_pip(python: Path) -> None:
    """Put pip into an environment that was made without it, from one file of known digest."""
    with TemporaryDirectory() as folder:
        wheel = Path(folder) / PIP_WHEEL.rsplit("/", 1)[1]
        try:
            with urllib.request.urlopen(PIP_WHEEL, timeout=60) as answer:
                wheel.write_bytes(answer.read())
        except OSError as error:
            raise Refusal(
                f"This Python has no pip and {PIP_WHEEL} could not be fetched ({error}); install "
                "Python's venv package (Debian: apt-get install python3-venv) and start again."
            ) from error
        if hashlib.sha256(wheel.read_bytes()).hexdigest() != PIP_WHEEL_SHA256:
            raise Refusal(f"{PIP_WHEEL} is not the file it should be; nothing of it was run.")
        # A wheel is a zip file, and Python runs a package inside a zip file.
        command: list[str | Path] = [
            python,
            f"{wheel}/pip",
            "install",
            "--no-deps",
            "--quiet",
            "--no-index",
            wheel,
        ]
        subprocess.run(command, check=True, env=_pip_environment())


def _count_pins(file: Path) -> int:
    """Number of pinned packages in one requirement file and the files it includes."""
    lines = file.read_text(encoding="utf-8").splitlines()
    included = [file.parent / line[3:].strip() for line in lines if line.startswith("-r ")]
    return sum("==" in line for line in lines) + sum(_count_pins(other) for other in included)


def _run_pip(command: Sequence[str | Path], log: Path, current: Step, n_pinned: int) -> None:
    """Run pip, showing how far it is; its whole output goes to `log`."""
    errors: list[str] = []
    n_seen = 0
    with (
        log.open("w", encoding="utf-8") as record,
        subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            env=_pip_environment(),
        ) as pip,
    ):
        assert pip.stdout is not None
        for line in pip.stdout:
            record.write(line)
            words = line.split()
            if line.startswith("Collecting "):
                n_seen += 1
                current.update(f"fetching {n_seen} of {n_pinned}: {words[1]}")
            elif line.startswith("Installing "):
                current.update("unpacking")
            elif line.startswith("ERROR:"):
                errors.append(line.removeprefix("ERROR:").strip())
    if pip.returncode:
        raise Refusal(
            f"The Python packages could not be installed: {' '.join(errors[:3]) or 'pip stopped'} "
            f"(all of it is in {log}). Check the network and the free disk space, then run the "
            "same command again; what was fetched is kept."
        )


def _pip_environment() -> dict[str, str]:
    """The environment without the settings that would send packages to another place."""
    elsewhere = {"PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_USER", "PIP_QUIET", "PIP_LOG"}
    kept = {name: value for name, value in os.environ.items() if name not in elsewhere}
    return kept | {"PIP_NO_INPUT": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_USER": "0"}


def _torch_index(python: Path) -> list[str]:
    """Where to look for PyTorch's CPU build, which is gigabytes smaller than the one for NVIDIA."""
    if sys.platform != "linux" or _has_nvidia_gpu() or _has_local_wheels(python):
        return []
    return ["--extra-index-url", CPU_INDEX] if _answers(CPU_INDEX + "/torch/") else []


def _has_nvidia_gpu() -> bool:
    """Whether the NVIDIA driver is loaded."""
    return Path("/proc/driver/nvidia/version").exists() or Path("/dev/nvidiactl").exists()


def _has_local_wheels(python: Path) -> bool:
    """Whether pip is set up to take files from a folder of this machine, as on closed networks."""
    if os.environ.get("PIP_FIND_LINKS"):
        return True
    settings = subprocess.run(
        [python, "-I", "-m", "pip", "config", "list"], capture_output=True, text=True, check=False
    )
    return "find-links" in settings.stdout


def _answers(url: str) -> bool:
    """Whether the address answers in time; name resolution counts, hence the thread."""
    answers: list[bool] = []

    def ask() -> None:
        request = urllib.request.Request(url, method="HEAD")  # noqa: S310 - constant https
        try:
            with urllib.request.urlopen(request, timeout=CPU_INDEX_TIMEOUT_S):  # noqa: S310
                answers.append(True)
        except OSError:
            return

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(CPU_INDEX_TIMEOUT_S)
    return bool(answers)
