"""How long edits of ten thousand cells take on the way through the server, one editor.

Run as `python -m tests.benchmarks.bulk_edits`. On a plane of 8,064 x 8,064 pixels with 50,176
cells it prints milliseconds: the objects of the image (built, then kept), deleting 10,000 cells
in 256 patches, giving 10,000 cells a class in one mark, a stroke right after both, one mark after
hundreds, restoring earlier versions, and reading the log.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from tests.benchmarks.lab import Lab, Picture, running_lab
from tests.benchmarks.strokes import send

PITCH_PX, N_COLUMNS, RADIUS_PX = 36, 224, 14
N_BLOCKS = 16
N_CELLS = 10_000
N_SMALL_MARKS = 300


def cells() -> NDArray[np.uint32]:
    """Discs on a grid, (Y, X) uint32, numbered row by row from 1."""
    y, x = np.ogrid[:PITCH_PX, :PITCH_PX]
    middle = PITCH_PX // 2
    disc = (y - middle) ** 2 + (x - middle) ** 2 <= RADIUS_PX**2
    labels = np.arange(1, N_COLUMNS**2 + 1, dtype=np.uint32).reshape(N_COLUMNS, N_COLUMNS)
    return np.kron(labels, disc.astype(np.uint32))


def deletion(labels: NDArray[np.uint32]) -> list[dict[str, Any]]:
    """The patches that delete every fifth cell, block by block as the viewer makes them."""
    from annotations.labels import patch as patches

    side = labels.shape[0] // N_BLOCKS
    found = []
    for row, column in np.ndindex(N_BLOCKS, N_BLOCKS):
        place = (row * side, column * side)
        part = labels[place[0] : place[0] + side, place[1] : place[1] + side]
        left = np.where(part % 5 == 0, 0, part).astype(np.uint32)
        change = patches.difference(part, left, 0, 0, place)
        assert change is not None
        found.append(patches.to_json(change))
    return found


def edit(version: int, kind: str, **content: Any) -> dict[str, Any]:
    """The JSON of an edit."""
    base = {"client_id": str(uuid4()), "base_version": version, "kind": kind, "patches": []}
    return {**base, **content}


def mark(labels: list[int], class_id: str | None, before: str | None = None) -> dict[str, Any]:
    """Cells get a class."""
    return {"labels": labels, "before": {"class": before}, "after": {"class": class_id}}


@contextmanager
def timed(what: str) -> Iterator[None]:
    """Print how long the block took."""
    started = time.perf_counter()
    yield
    print(f"{what:48}{(time.perf_counter() - started) * 1000:8.0f} ms", flush=True)


def read(lab: Lab, path: str) -> bytes:
    """GET by token; the body."""
    connection = lab.connect()
    headers = {"Authorization": f"Bearer {lab.token}"}
    connection.request("GET", f"/api/annotations/{lab.annotation}/{path}", headers=headers)
    answer = connection.getresponse()
    body = answer.read()
    assert answer.status == 200, body[:200]
    return body


def made_class() -> str:
    """A class of the project, made by its owner."""
    from annotations.actions.classes import create_class
    from webapp.models import Project, User

    owner, project = User.objects.get(), Project.objects.get()
    return str(create_class(actor=owner, project_id=project.pk, name="Mitotic").pk)


def work(lab: Lab, labels: NDArray[np.uint32]) -> None:
    """Everything in order, each timed."""
    connection = lab.connect()
    with timed("objects, built"):
        body = read(lab, "objects")
    with timed(f"objects, kept ({len(body) / 1e6:.1f} MB)"):
        read(lab, "objects")
    patches = deletion(labels)
    gone = edit(0, "delete", patches=patches)
    with timed(f"10,000 cells deleted ({len(json.dumps(gone)) / 1e6:.1f} MB)"):
        send(connection, lab, "edits", gone)
    class_id = made_class()
    chosen = [label for label in range(1, N_COLUMNS**2 + 1) if label % 5][:N_CELLS]
    with timed("10,000 cells classified"):
        send(connection, lab, "edits", edit(1, "classify", marks=[mark(chosen, class_id)]))
    with timed("one more mark, right after"):
        send(connection, lab, "edits", edit(2, "classify", marks=[mark([50_001], class_id)]))
    for number in range(N_SMALL_MARKS):
        one = mark([40_001 + 5 * number], class_id)
        send(connection, lab, "edits", edit(3 + number, "classify", marks=[one]))
    version = 3 + N_SMALL_MARKS
    with timed(f"one more mark after {N_SMALL_MARKS}"):
        send(connection, lab, "edits", edit(version, "classify", marks=[mark([50_002], class_id)]))
    undone = [{**patch, "runs": swapped(patch)} for patch in patches]
    with timed("the deletion undone"):
        send(connection, lab, "edits", edit(version + 1, "undo", patches=undone, undoes=1))
    for target, what in ((1, "without the 10,000 cells"), (0, "with them")):
        version += 1
        wanted = {"client_id": str(uuid4()), "version": target, "base_version": version + 1}
        with timed(f"version {target} restored, {what}"):
            send(connection, lab, "restore", wanted)
    with timed("the whole log, page by page"):
        known = 0
        while known < version + 2:
            known = json.loads(read(lab, f"edits?after={known}"))["edits"][-1]["version"]


def swapped(patch: dict[str, Any]) -> str:
    """The runs of the patch that takes this one back."""
    from annotations.labels import patch as patches

    runs: str = patches.to_json(patches.reverse(patches.from_json(patch)))["runs"]
    return runs


def main() -> None:
    """Start, work, print."""
    labels = cells()
    noise = np.random.default_rng(1).integers(90, 140, (1, *labels.shape), dtype=np.uint16)
    with running_lab(Picture(noise + 3000 * (labels > 0).astype(np.uint16), labels)) as lab:
        work(lab, labels)


if __name__ == "__main__":
    main()
