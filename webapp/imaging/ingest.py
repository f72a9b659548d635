"""The child process: `python -m webapp.imaging.ingest SOURCE DESTINATION` prints JSON lines.

Progress is `{"progress": 0.4, "step": "pyramid"}`; the last line is `{"image": {...}}` or
`{"question": {...}}` about axes, `{"belongs_to": ["a.ome.tif", ...]}` or `{"error": "One
sentence."}`. All end with exit status 0; anything else is a crash.
"""

from __future__ import annotations

import argparse
import errno
import json
import os
import sys
import time
import traceback
from pathlib import Path
from typing import Any

from webapp.imaging.limits import (
    Limits,
    UnreadableImage,
    confine_this_process,
    too_much_memory,
)

DAMAGED = (
    "The pixels of this file are damaged or stored in a way that cannot be read here. Open it "
    "in Fiji or the microscope software, save it as TIFF, and upload that file."
)
NOT_STORED = (
    "The image could not be stored: the server's disk is full or read-only. The file itself was "
    "not judged; ask the administrator, then try again."
)
STORAGE_FAULTS = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES)
SECONDS_BETWEEN_REPORTS = 0.2


def main(arguments: list[str]) -> int:
    """Ingest one file within the limits given on the command line."""
    options = _parse(arguments)
    defaults = Limits()
    limits = Limits(
        max_pixels=options.max_pixels or defaults.max_pixels,
        max_bytes=options.max_bytes or defaults.max_bytes,
        memory_bytes=options.memory_bytes or defaults.memory_bytes,
        cpu_s=options.cpu_s or defaults.cpu_s,
    )
    answers, sys.stdout = sys.stdout, sys.stderr  # libraries may print; only we answer
    confine_this_process(limits)
    report = _Report(answers)
    try:
        answer = _ingest(options, limits, report)
    except UnreadableImage as error:
        traceback.print_exc()
        answer = {"error": error.sentence}
    except MemoryError:
        traceback.print_exc()
        answer = {"error": too_much_memory(limits)}
    except Exception as error:  # damaged files make decoders raise anything
        traceback.print_exc()
        answer = {"error": NOT_STORED if _is_fault_of_storage(error) else DAMAGED}
    report.write(answer)
    return 0


def _ingest(options: argparse.Namespace, limits: Limits, report: _Report) -> dict[str, Any]:
    """Open, convert and describe the file."""
    from webapp.imaging.opening import open_source

    if options.may_ask and (belongs := _set_of(options.source, limits)):
        return belongs
    place = (options.source, limits, options.pages_are, options.series)
    reader = open_source(*place, parts_in=options.parts_in, listed_in=options.listed_in)
    report.is_part(options.series, reader.facts.n_series)
    report(0.0, "reading")
    if options.may_ask and reader.facts.axes_are_ambiguous:
        from webapp.imaging.axes_previews import ask

        return {"question": ask(reader.facts, options.source, options.destination, limits)}

    from webapp.imaging.conversion import convert

    return {"image": convert(reader, options.destination, report).to_json()}


def _set_of(source: Path, limits: Limits) -> dict[str, Any]:
    """Return the names of the other files of an OME-TIFF over several; {} for a whole file."""
    from webapp.imaging.sniff import is_tiff, is_xml

    if is_tiff(source):
        from webapp.imaging.tiff.ome_set import files_of_set

        names = files_of_set(source, limits)
        return {"belongs_to": names} if names else {}
    if is_xml(source):
        from webapp.imaging.tiff.ome_set import files_of_companion

        names = files_of_companion(source)
        return {"belongs_to": names, "is_companion": True} if names else {}
    return {}


def _is_fault_of_storage(error: Exception) -> bool:
    return isinstance(error, OSError) and error.errno in STORAGE_FAULTS


class _Report:
    """Writes JSON lines to the parent, progress no more often than it can be seen."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._last_at = 0.0
        self._series, self._n_series = 0, 1

    def is_part(self, series: int, n_series: int) -> None:
        """From now on progress is that of the whole file, of which this is one image."""
        self._series, self._n_series = series, n_series

    def __call__(self, fraction: float, step: str) -> None:
        now = time.monotonic()
        if now - self._last_at >= SECONDS_BETWEEN_REPORTS:
            self._last_at = now
            share = (self._series + fraction) / self._n_series
            self.write({"progress": round(share, 3), "step": step})

    def write(self, line: dict[str, Any]) -> None:
        """Write one line at once."""
        self._stream.write(json.dumps(line) + "\n")
        self._stream.flush()


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="ingest", description=__doc__)
    parser.add_argument("source", type=Path)
    parser.add_argument("destination", type=Path)
    parser.add_argument("--max-pixels", type=int)
    parser.add_argument("--max-bytes", type=int)
    parser.add_argument("--memory-bytes", type=int)
    parser.add_argument("--cpu-s", type=int)
    parser.add_argument("--pages-are")
    parser.add_argument("--may-ask", action="store_true")
    parser.add_argument("--parts-in", type=Path)
    parser.add_argument("--listed-in", type=Path)
    parser.add_argument("--series", type=int, default=0)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    status = main(sys.argv[1:])
    os._exit(status)  # skips tearing down decoders, which damaged data can upset
