"""What a file of masks proposes, read here or in the child process."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotations.labels.importing.entry import Shape
from annotations.labels.importing.matching import Target
from annotations.labels.importing.opening import open_masks
from annotations.labels.importing.proposing import Choice, Proposal, propose
from webapp.imaging.limits import Limits


def target(name: str, shape: Shape, target_id: str | None = None) -> Target:
    """An image of this file name."""
    return Target(target_id or name, (name.rsplit(".", 1)[0], name), shape)


def proposed(
    path: Path, targets: Sequence[Target], *, name: str | None = None, **options: Any
) -> list[tuple[Proposal, NDArray[np.uint32] | None]]:
    """Every proposal with its labels (T, Z, Y, X)."""
    with TemporaryDirectory() as folder:
        rows = propose(
            open_masks(path, name or path.name, Limits()),
            targets,
            Path(folder),
            choices=options.pop("choices", None),
            on_progress=lambda *_: None,
            **options,
        )
        return [(row, labels_in(Path(folder) / row.file) if row.file else None) for row in rows]


def labels_in(path: Path) -> NDArray[np.uint32]:
    """A packed label image."""
    with gzip.open(path) as file:
        labels: NDArray[np.uint32] = np.lib.format.read_array(file)
        return labels


def only_one(path: Path, shape: Shape, **options: Any) -> tuple[Proposal, NDArray[np.uint32]]:
    """The one proposal for an image that has the name of the file, with its labels."""
    ((row, labels),) = proposed(path, [target(path.name, shape)], **options)
    assert labels is not None, row.sentence
    return row, labels


__all__ = ["Choice", "labels_in", "only_one", "proposed", "target"]
