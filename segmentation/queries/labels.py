"""The stored result of a segmentation."""

from __future__ import annotations

import gzip
import json

import numpy as np
from numpy.typing import NDArray

from segmentation.engine.packed_labels import PIXELS_A_PIECE, pack_labels
from segmentation.engine.spool import forget, new_array
from segmentation.models import Segmentation
from webapp.storage.blobs import StoredBlob, blob_path, keep_file, staging_file


def read_labels(sha256: str) -> NDArray[np.uint32]:
    """A stored label image: gzip of a .npy file, (T, Z, Y, X) uint32.

    Above 256 MB the pixels lie in a temporary file that ends with the array.
    """
    with gzip.open(blob_path(sha256)) as file:
        np.lib.format.read_magic(file)
        shape, _, _ = np.lib.format.read_array_header_1_0(file)
        labels: NDArray[np.uint32] = new_array(shape, "<u4")
        flat = labels.reshape(-1)
        for start in range(0, flat.size, PIXELS_A_PIECE):
            piece = file.read(4 * min(PIXELS_A_PIECE, flat.size - start))
            flat[start : start + len(piece) // 4] = np.frombuffer(piece, "<u4")
            forget(labels)
    return labels


def keep_labels(labels: NDArray[np.uint32]) -> StoredBlob:
    """Store a label image (T, Z, Y, X); equal labels give equal bytes."""
    with staging_file() as (path, file):
        pack_labels(labels, file)
        file.close()
        return keep_file(path)


def place_labels(source: NDArray[np.uint32], target: NDArray[np.uint32], n_before: int) -> None:
    """Write the labels (Y, X) of one plane, counting on from those of the planes before it."""
    n_rows = max(1, PIXELS_A_PIECE // source.shape[1])
    for y in range(0, len(source), n_rows):
        part = source[y : y + n_rows]
        target[y : y + n_rows] = np.where(part > 0, part + np.uint32(n_before), 0)
        forget(source)
        forget(target)


def read_confidences(segmentation: Segmentation) -> list[float]:
    """The confidence of the labels 1, 2, ..., in order; empty for a method without one."""
    confidences: list[float] = json.loads(blob_path(segmentation.confidences_id).read_bytes())
    return confidences
