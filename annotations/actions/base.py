"""Version 0, and any other result, as files: its tiles and its objects. All derived."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from annotations.actions.head import planes_of
from annotations.labels.objects import objects_of_plane
from annotations.labels.pyramid import write_pyramid
from annotations.models import Annotation
from segmentation.models import Segmentation
from segmentation.queries.labels import read_confidences
from webapp.storage.derived import annotation_folder, segmentation_folder

_OBJECT_COLUMNS = ("label", "t", "z", "y0", "x0", "y1", "x1", "area_px")


def base_pyramid(annotation: Annotation) -> Path:
    """The label tiles of version 0, built when they are not there."""
    if annotation.base is None:
        raise ValueError("this annotation started empty")
    return _pyramid(annotation_folder(annotation.pk), annotation.base)


def result_pyramid(segmentation: Segmentation) -> Path:
    """The label tiles of any result, built when they are not there."""
    return _pyramid(segmentation_folder(segmentation.pk), segmentation)


def base_objects(annotation: Annotation) -> bytes:
    """The objects of version 0 as JSON, built when they are not there.

    Rows of label, t, z, y0, x0, y1, x1, area in pixels, confidence or null.
    """
    if annotation.base is None:
        return b'{"objects":[]}'
    return _objects(annotation_folder(annotation.pk), annotation.base)


def result_objects(segmentation: Segmentation) -> bytes:
    """The same for the objects of any result."""
    return _objects(segmentation_folder(segmentation.pk), segmentation)


def _pyramid(folder: Path, segmentation: Segmentation) -> Path:
    pyramid = folder / "base.zarr"
    if not pyramid.exists():
        with _builder(folder):
            if not pyramid.exists():
                image = segmentation.image
                shape = (image.n_frames, image.n_slices, image.height, image.width)
                planes = list(planes_of(segmentation))
                write_pyramid(pyramid, shape, lambda t, z: planes[t * image.n_slices + z])
    return pyramid


def _objects(folder: Path, segmentation: Segmentation) -> bytes:
    path = folder / "objects.json"
    if not path.exists():
        with _builder(folder):
            content = json.dumps({"objects": list(_rows(segmentation))}, separators=(",", ":"))
            fresh = path.with_suffix(".new")
            fresh.write_text(content)
            fresh.replace(path)
    return path.read_bytes()


def _rows(segmentation: Segmentation) -> Iterator[list[Any]]:
    said = enumerate(read_confidences(segmentation), 1)
    known = {label: confidence for label, confidence in said if np.isfinite(confidence)}
    n_slices = segmentation.image.n_slices
    for place, plane in enumerate(planes_of(segmentation)):
        t, z = divmod(place, n_slices)
        table = objects_of_plane(plane, t, z)
        columns = [table[name].tolist() for name in _OBJECT_COLUMNS]
        sure = [known.get(label) for label in columns[0]]
        yield from map(list, zip(*columns, sure, strict=True))


@contextmanager
def _builder(folder: Path) -> Iterator[None]:
    """One process builds; the others wait and find it built."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "build.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
