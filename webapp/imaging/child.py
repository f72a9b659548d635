"""The parent's side: ingest a file in a process of its own that may crash or hang."""

from __future__ import annotations

import json
import os
import selectors
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any

from webapp.imaging.axes import AxesUnknown, Question
from webapp.imaging.image import IngestedImage
from webapp.imaging.limits import Limits, UnreadableImage, too_much_memory
from webapp.imaging.warm_child import WarmChild, warm_child

MODULE = "webapp.imaging.ingest"
CRASHED = (
    "Reading this file made the image reader stop, so the file is probably damaged. Open it in "
    "Fiji or the microscope software, save it as TIFF, and upload that file."
)
TOO_SLOW = (
    "Reading this file took longer than allowed, so it is damaged or too large. Crop or split "
    "the image, save it as TIFF, and upload that."
)
N_LOG_BYTES = 8000
MAX_ANSWER_BYTES = 64 * 1024**2


class PartOfSeveral(Exception):
    """The file holds some planes of an image; `file_names` are those of all its files.

    A companion (a text that describes the others) does not name itself; a file that only knows its
    companion names that alone.
    """

    def __init__(self, file_names: list[str], *, is_companion: bool) -> None:
        super().__init__()
        self.file_names, self.is_companion = file_names, is_companion


def ingest_in_child(
    source: Path,
    destination: Path,
    limits: Limits,
    on_progress: Callable[[float, str], None],
    pages_are: str | None = None,
    *,
    series: int = 0,
    may_ask: bool = False,
    parts_in: Path | None = None,
    listed_in: Path | None = None,
) -> IngestedImage:
    """Write `pyramid.zarr` and `thumbnail.webp` into `destination` (made when missing).

    `series` is the number of an image in a file of several, from 0. `pages_are` is an answer of
    `webapp.imaging.axes`; without one, and with `may_ask`, a file whose axes only a person can
    name raises AxesUnknown, and a picture of each answer lies in `destination` / PICTURES; a
    file of an OME-TIFF over several raises PartOfSeveral. With `parts_in`, the folder of blobs,
    the source is a list of parts that this program wrote. `listed_in` is an empty folder for all
    children of a file of several images, where the first says what is in it.

    `on_progress` gets a fraction 0..1 and the name of the step. Raises UnreadableImage with
    one sentence for people whatever happens to the child, and leaves no half pyramid then.
    """
    destination.mkdir(parents=True, exist_ok=True)
    arguments = _arguments(source, destination, limits, series)
    arguments += [f"--pages-are={pages_are}"] if pages_are else []
    arguments += [f"--parts-in={parts_in.absolute()}"] if parts_in else []
    arguments += [f"--listed-in={listed_in.absolute()}"] if listed_in else []
    arguments += ["--may-ask"] if may_ask else []
    try:
        answer = answer_of_child(MODULE, arguments, limits, on_progress)
        if "question" in answer:
            raise AxesUnknown(Question.from_json(answer["question"]))
        if "belongs_to" in answer:
            names = [str(name) for name in answer["belongs_to"]]
            raise PartOfSeveral(names, is_companion=bool(answer.get("is_companion")))
        return IngestedImage.from_json(answer["image"])
    except BaseException:
        _remove_partial(destination)
        raise


def answer_of_child(
    module: str,
    arguments: Sequence[str],
    limits: Limits,
    on_progress: Callable[[float, str], None],
) -> dict[str, Any]:
    """Run `main(arguments)` of a module that reads a file, and return the JSON of its last line.

    Raises UnreadableImage with one sentence whatever happens to the child, also when its last
    line is an error.
    """
    with tempfile.TemporaryFile() as log:
        with warm_child(module, arguments, log) as child:
            answer = _listen(child, time.monotonic() + limits.wall_s, on_progress)
        return _judged(answer, child, limits, log)


def _arguments(source: Path, destination: Path, limits: Limits, series: int) -> list[str]:
    """Return the child's arguments; absolute paths never look like options."""
    return [
        str(source.absolute()),
        str(destination.absolute()),
        f"--max-pixels={limits.max_pixels}",
        f"--max-bytes={limits.max_bytes}",
        f"--memory-bytes={limits.memory_bytes}",
        f"--cpu-s={limits.cpu_s}",
        f"--series={series}",
    ]


def _listen(
    child: WarmChild, deadline: float, on_progress: Callable[[float, str], None]
) -> dict[str, Any]:
    """Pass progress on until the last line; return that, or {} when the child ends without."""
    answer: dict[str, Any] = {}
    for line in _lines(child, deadline):
        try:
            message = json.loads(line)
        except ValueError:
            return {}
        if "progress" in message:
            on_progress(float(message["progress"]), str(message["step"]))
        else:
            answer = message
    try:
        child.wait(deadline)
    except TimeoutError as error:
        raise UnreadableImage(TOO_SLOW) from error
    return answer


def _lines(child: WarmChild, deadline: float) -> Iterator[bytes]:
    """Yield the child's lines until it closes its output; UnreadableImage at the deadline."""
    pending = b""
    with selectors.DefaultSelector() as selector:
        selector.register(child.output, selectors.EVENT_READ)
        while True:
            if not selector.select(max(0.0, deadline - time.monotonic())):
                raise UnreadableImage(TOO_SLOW)
            piece = os.read(child.output, 65536)
            if not piece or len(pending) > MAX_ANSWER_BYTES:
                return
            *lines, pending = (pending + piece).split(b"\n")
            yield from lines


def _judged(
    answer: dict[str, Any], child: WarmChild, limits: Limits, log: IO[bytes]
) -> dict[str, Any]:
    """Return the last line when the child ended well, or turn the way it ended into a sentence."""
    if child.returncode == 0 and answer and "error" not in answer:
        return answer
    log.seek(max(0, log.seek(0, os.SEEK_END) - N_LOG_BYTES))
    details = f"exit status {child.returncode}\n" + log.read().decode(errors="replace")
    if child.returncode == 0 and "error" in answer:
        raise UnreadableImage(str(answer["error"]), details)
    if child.returncode == -signal.SIGXCPU:
        raise UnreadableImage(TOO_SLOW, details)
    if "MemoryError" in details:
        raise UnreadableImage(too_much_memory(limits), details)
    raise UnreadableImage(CRASHED, details)


def _remove_partial(destination: Path) -> None:
    shutil.rmtree(destination / "pyramid.zarr.partial", ignore_errors=True)
    (destination / "thumbnail.webp.partial").unlink(missing_ok=True)
