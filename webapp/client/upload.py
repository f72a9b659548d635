"""`manage.py upload`: files and folders of this computer into a dataset of a server."""

from __future__ import annotations

import argparse
import os
import re
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from webapp.client.folder_package import is_zarr
from webapp.client.place import LITTER, NOTHING, NotAsked, place_at, refuse, sending_parser
from webapp.client.remembered import Remembered
from webapp.client.sending import VERSION, Sender
from webapp.client.server import TROUBLE

IN_PARALLEL = 3
ASK_EVERY_S = 1.0
AT_END = ("ready", "failed", "cancelled", "partial")


@dataclass(frozen=True)
class Ending:
    """How it went with one file."""

    path: Path
    state: str
    sentence: str
    address: str = ""

    @property
    def is_good(self) -> bool:
        """Whether the image is there, or will be read without anybody doing more."""
        return self.state in ("ready", "sent")

    def __str__(self) -> str:
        return f"{self.state:9s} {self.path}" + (f": {self.sentence}" if self.sentence else "")


def main(arguments: Sequence[str]) -> int:
    """Send everything, wait until it is read, say how it went; 1 when any file failed."""
    options = _parser().parse_args(arguments)
    paths = list(wanted_files(options.paths))
    try:
        place = place_at(options.to, to="write")
    except NotAsked as sentence:
        return refuse(sentence)
    if not paths:
        return refuse(NOTHING)
    sender = Sender(place.server, place.dataset, Remembered())
    endings = send_all(sender, paths, must_wait=not options.no_wait)
    n_bad = sum(not ending.is_good for ending in endings)
    print(f"{len(endings) - n_bad} of {len(endings)} files arrived.")
    return int(n_bad > 0)


def wanted_files(paths: Iterable[Path]) -> Iterator[Path]:
    """Files as they are, those of folders in the order of their names, without litter.

    The folder of an OME-Zarr is one file.
    """
    for path in paths:
        if path.is_dir() and not is_zarr(path):
            inside = [child for child in path.iterdir() if not LITTER.match(child.name)]
            yield from wanted_files(sorted(inside, key=_natural))
        else:
            yield path


def send_all(sender: Sender, paths: Sequence[Path], *, must_wait: bool) -> list[Ending]:
    """Send files, some at a time, and say of each how it went, in their order.

    Whoever waits for one to be read holds up none that is still to be sent.
    """
    progress = _Progress(sum(_size_of(path) for path in paths))
    endings = []
    with ThreadPoolExecutor(IN_PARALLEL) as pool:
        going = [pool.submit(_send_one, sender, path, progress) for path in paths]
        try:
            for future in going:
                sent = future.result()
                endings.append(_until_read(sender, sent) if must_wait else sent)
                progress.say(str(endings[-1]))
        except KeyboardInterrupt:
            pool.shutdown(wait=False, cancel_futures=True)
            progress.say("Stopped. The same command goes on where it stopped.")
            os._exit(130)  # threads that wait for an answer would hold the program
    return [_asked_again(sender, ending, progress) for ending in endings]


def _asked_again(sender: Sender, ending: Ending, progress: _Progress) -> Ending:
    """A file that waited for the others of its image may have got them since."""
    if ending.state != "partial":
        return ending
    told = sender.server.ask_patiently("GET", ending.address, VERSION).content
    now = Ending(ending.path, told["state"], told["sentence"], ending.address)
    if now != ending:
        progress.say(str(now))
    return now


def _size_of(path: Path) -> int:
    if path.is_dir():
        return sum(one.stat().st_size for one in path.rglob("*") if one.is_file())
    return path.stat().st_size if path.exists() else 0


def _send_one(sender: Sender, path: Path, progress: _Progress) -> Ending:
    try:
        address = sender.send(path, lambda n_bytes: progress.show(path, n_bytes))
    except TROUBLE as error:
        return Ending(path, "failed", str(error))
    return Ending(path, "sent", "", address)


def _until_read(sender: Sender, sent: Ending) -> Ending:
    """How reading ended; at once for a file that was not sent."""
    while sent.state == "sent":
        try:
            told = sender.server.ask_patiently("GET", sent.address, VERSION).content
        except TROUBLE as error:
            return Ending(sent.path, "failed", str(error))
        if told["state"] == "asking":
            page = sender.server.url(f"/uploads/{told['id']}/axes")
            return Ending(sent.path, "asking", f"{told['sentence']} Say it at {page}")
        if told["state"] in AT_END:
            return Ending(sent.path, told["state"], told["sentence"], sent.address)
        time.sleep(ASK_EVERY_S)
    return sent


class _Progress:
    """One line that is written over on a terminal, and the lines above it."""

    def __init__(self, n_bytes: int) -> None:
        self._n_bytes = max(1, n_bytes)
        self._here: dict[Path, int] = {}
        self._lock = Lock()
        self._is_terminal = sys.stderr.isatty()

    def show(self, path: Path, n_bytes: int) -> None:
        """The server has so many bytes of a file."""
        with self._lock:
            self._here[path] = n_bytes
            if self._is_terminal:
                part = sum(self._here.values()) / self._n_bytes
                print(f"\r{part:6.1%} sent", end="", file=sys.stderr, flush=True)

    def say(self, line: str) -> None:
        """A line that stays."""
        with self._lock:
            if self._is_terminal:
                print("\r\x1b[K", end="", file=sys.stderr, flush=True)
            print(line, flush=True)


def _natural(path: Path) -> list[tuple[int, str]]:
    parts = re.findall(r"\d+|\D+", path.name.lower())
    return [(int(part), "") if part.isdigit() else (0, part) for part in parts]


def _parser() -> argparse.ArgumentParser:
    parser = sending_parser(
        "upload",
        "Send files and folders to a dataset. What was interrupted goes on with the same command.",
    )
    parser.add_argument("--no-wait", action="store_true", help="do not wait until all are read")
    return parser
