"""A large set through the whole product: how long, and what memory its processes took.

    python -m tests.benchmarks.large_set [--files 20] [--planes 15] [--side 4096] [--folder DIR]

Ten gigabytes in large files; `--files 5000 --planes 1 --side 512` are the sites of a screen. Films
with the noise of a camera are sent by `manage.py upload`, as a microscope's computer would,
and read by the worker. Prints MB/s from the first byte sent to the last image ready, and for the
web process, the database, the sender and the worker with its children the most memory (resident) of
one process, and the seconds of processor of all: what is left when other work slows the machine.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import tifffile

from tests.browser.product import CHECKOUT, Product, running_product

MB = 1e6
MAKE_LAB = """
from webapp.models import User, Image
from webapp.actions.projects import create_project
from webapp.actions.datasets import create_dataset
from webapp.actions.tokens import create_token
olga = User.objects.create_user(email="olga@lab.example", password="a long passphrase 9")
project = create_project(actor=olga, name="Large")
dataset = create_dataset(actor=olga, project_id=project.pk, name="Set")
print("MADE", dataset.pk, create_token(actor=olga, name="set", scope="write")[1])
"""
COUNT = "from webapp.models import Image; print('READY', Image.objects.count())"


class Processes:
    """Looks at the processes of the product until it is told to end."""

    def __init__(self) -> None:
        self.most: dict[str, float] = {}
        self._spent: dict[tuple[int, float], tuple[str, float, float]] = {}
        self._began = time.time()
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Stop looking."""
        self._is_over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._is_over.wait(0.3):
            for process in psutil.Process().children(recursive=True):
                try:
                    kind = _kind_of(" ".join(process.cmdline()))
                    resident = process.memory_info().rss / MB
                    spent = process.cpu_times()
                except psutil.Error:
                    continue
                self.most[kind] = max(self.most.get(kind, 0), resident)
                seconds = spent.user + spent.system + self._of_forked(kind, spent)
                key = process.pid, process.create_time()
                before = self._spent[key][1] if key in self._spent else self._before(key, seconds)
                self._spent[key] = kind, before, seconds

    def _before(self, key: tuple[int, float], seconds: float) -> float:
        """What a process had spent when the sending began."""
        return seconds if key[1] < self._began else 0.0

    @staticmethod
    def _of_forked(kind: str, spent: Any) -> float:
        """Seconds of a nursery's ended children, each too short to be seen alive."""
        return float(spent.children_user + spent.children_system) if kind == "readers" else 0.0

    def spent(self, kind: str) -> float:
        """Seconds of processor of all processes of a kind."""
        return sum(now - before for one, before, now in self._spent.values() if one == kind)


def _kind_of(line: str) -> str:
    kinds = {"uvicorn": "web", "postgres": "database", "upload": "sender", "nursery": "readers"}
    for word, kind in (kinds | {"valkey": "queue"}).items():
        if word in line:
            return kind
    return "worker" if "celery" in line or "multiprocessing" in line or "-c" in line else "other"


def said_by(product: Product, code: str, word: str) -> list[str]:
    """Run a few lines in the product's own shell; what it said after `word`."""
    done = product.command("shell", "-c", code)
    found = re.search(rf"^{word} (.*)$", done.stdout, re.M)
    if not found:
        raise RuntimeError(done.stdout + done.stderr)
    return found[1].split()


def main() -> None:
    """Make the files, send them, wait, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=20)
    parser.add_argument("--planes", type=int, default=15)
    parser.add_argument("--side", type=int, default=4096)
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(dir=options.folder) as source,
        tempfile.TemporaryDirectory(dir=options.folder) as data,
        running_product(Path(data)) as product,
    ):
        make(Path(source), options.files, (options.planes, options.side, options.side))
        dataset, token = said_by(product, MAKE_LAB, "MADE")
        measure(
            product, Path(source), f"{product.address}/datasets/{dataset}", token, options.files
        )


def make(folder: Path, n_files: int, shape: tuple[int, int, int]) -> None:
    """Files that differ in a pixel, as equal ones would be recognized."""
    noise = np.random.default_rng(1)
    y, x = np.mgrid[: shape[1], : shape[2]]
    light = 120 + 400 * (np.sin(y / 37) * np.sin(x / 41)).clip(0, 1)
    film = np.stack([noise.poisson(light).astype(np.uint16) for _ in range(shape[0])])
    for number in range(n_files):
        film[0, 0, 0], film[0, 0, 1] = divmod(number, 1000)
        path = folder / f"film_{number:05d}.ome.tif"
        tifffile.imwrite(path, film, metadata={"axes": "TYX"}, ome=True)


def measure(product: Product, folder: Path, address: str, token: str, n_files: int) -> None:
    """Send and wait for the last image."""
    n_bytes = sum(path.stat().st_size for path in folder.iterdir())
    processes, started = Processes(), time.perf_counter()
    command = [sys.executable, "manage.py", "upload", str(folder), "--to", address]
    subprocess.run(
        command,
        cwd=CHECKOUT,
        env=product.environment | {"COVERSLIP_TOKEN": token},
        check=True,
        stdout=subprocess.DEVNULL,
    )
    ready_s = time.perf_counter() - started
    processes.end()
    if said_by(product, COUNT, "READY") != [str(n_files)]:
        raise RuntimeError("The sender said that all are read, and they are not.")
    print(f"  {n_files} files, {n_bytes / MB:,.0f} MB: ready after {ready_s:.0f} s,", end="")
    print(f" {n_files / ready_s:.1f} files/s, {n_bytes / MB / ready_s:.0f} MB/s")
    for kind, most in sorted(processes.most.items()):
        print(f"  {kind:9s} most memory {most:5.0f} MB, processor {processes.spent(kind):6.1f} s")


if __name__ == "__main__":
    main()
