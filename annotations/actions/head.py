"""The head raster of an annotation: a cache of the committed edit log."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from annotations.labels import patch as patches
from annotations.labels.head import Head
from annotations.models import Annotation, Edit
from segmentation.models import Segmentation
from segmentation.queries.labels import read_labels
from webapp.storage.derived import annotation_folder


def open_head(annotation: Annotation) -> Head:
    """The raster at the annotation's version, (T, Z, Y, X) uint32.

    The caller holds the lock of the annotation's row, so one process writes at a time. The
    raster holds committed edits only: it catches up from the log before it is used.
    """
    image = annotation.image
    shape = (image.n_frames, image.n_slices, image.height, image.width)
    base = (lambda: base_planes(annotation)) if annotation.base_id else None
    head = Head.open(annotation_folder(annotation.pk), shape, base)
    lacking = Edit.objects.filter(
        annotation_id=annotation.pk, version__gt=head.version, version__lte=annotation.version
    ).order_by("version")
    for edit in lacking.iterator(chunk_size=500):
        head.apply(edit.version, [patches.from_json(patch) for patch in edit.patches])
    return head


def base_planes(annotation: Annotation) -> Iterator[NDArray[np.uint32]]:
    """The planes of version 0 in the order of (t, z), each (Y, X) uint32."""
    if annotation.base is None:
        raise ValueError("this annotation started empty")
    return planes_of(annotation.base)


def planes_of(segmentation: Segmentation) -> Iterator[NDArray[np.uint32]]:
    """The planes of a result in the order of (t, z), each (Y, X) uint32."""
    labels = read_labels(segmentation.labels_id)
    for t, z in np.ndindex(*labels.shape[:2]):
        yield labels[t, z]


def n_cells_of(head: Head) -> int:
    """How many different cells the raster holds, over all planes."""
    cells: set[int] = set()
    for plane in head.planes():
        cells.update(np.unique(plane).tolist())
    return len(cells - {0})
