"""The child process: `python -m annotations.labels.importing.read REQUEST` prints JSON lines.

REQUEST is a JSON file: `source`, `name` of the file, `destination`, `limits`, `targets`, `only`
(the one image that all is meant for, or null), and `choices` by the number of an entry, or null
for all entries. Progress is `{"progress": 0.4, "step": "reading"}`; the last line is
`{"format": ..., "proposals": [...]}` or `{"error": "One sentence."}`. Both end with exit status 0;
anything else is a crash.
"""

from __future__ import annotations

import errno
import json
import os
import sys
import tempfile
import traceback
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from webapp.imaging.ingest import NOT_STORED, STORAGE_FAULTS
from webapp.imaging.limits import GIGABYTE, Limits, confine_this_process

DAMAGED = (
    "This file of masks is damaged or written in a way that cannot be read here. Export the masks "
    "again, as a label TIFF if possible, and drop that."
)
TOO_DEEP = "This file is nested too deeply to be one of masks. Export it again."


def main(arguments: Sequence[str]) -> int:
    """Answer one request within its limits."""
    request = json.loads(Path(arguments[0]).read_text("utf-8"))
    limits = Limits(**request["limits"])
    answers, sys.stdout = sys.stdout, sys.stderr  # libraries may print; only we answer

    def write(line: dict[str, Any]) -> None:
        answers.write(json.dumps(line) + "\n")
        answers.flush()

    confine_this_process(limits, largest_written_file_bytes=limits.memory_bytes)
    try:
        answer = _answer(request, limits, write)
    except MemoryError:
        traceback.print_exc()
        answer = {"error": too_much_memory(limits)}
    except RecursionError:
        traceback.print_exc()
        answer = {"error": TOO_DEEP}
    except OSError as error:
        traceback.print_exc()
        answer = {"error": _of_the_system(error, limits)}
    except Exception as error:  # damaged files make decoders raise anything
        traceback.print_exc()
        answer = {"error": getattr(error, "sentence", DAMAGED)}
    write(answer)
    return 0


def _of_the_system(error: OSError, limits: Limits) -> str:
    """No room in memory or on the disk, or a decoder that calls damage so."""
    if error.errno in (errno.ENOMEM, errno.EFBIG):
        return too_much_memory(limits)
    return NOT_STORED if error.errno in STORAGE_FAULTS else DAMAGED


def too_much_memory(limits: Limits) -> str:
    """The sentence for masks that do not fit into the allowed memory."""
    return (
        f"Reading these masks needs more than the {limits.memory_bytes / GIGABYTE:.1f} GB of "
        "memory that one file may use. Split the file, and drop the parts."
    )


def _answer(request: dict[str, Any], limits: Limits, write: Any) -> dict[str, Any]:
    from annotations.labels.importing.matching import Target
    from annotations.labels.importing.opening import open_masks
    from annotations.labels.importing.proposing import Choice, propose

    tempfile.tempdir = request["destination"]  # what is unpacked goes when the parent is done
    masks = open_masks(Path(request["source"]), request["name"], limits)
    targets = [
        Target(one["id"], tuple(one["names"]), tuple(one["shape"])) for one in request["targets"]
    ]
    choices = request["choices"]
    proposals = propose(
        masks,
        targets,
        Path(request["destination"]),
        choices=None if choices is None else {int(n): Choice(**c) for n, c in choices.items()},
        only=request["only"],
        on_progress=lambda share, step: write({"progress": share, "step": step}),
    )
    return {"format": masks.format, "proposals": [asdict(one) for one in proposals]}


if __name__ == "__main__":
    status = main(sys.argv[1:])
    os._exit(status)  # skips tearing down decoders, which damaged data can upset
