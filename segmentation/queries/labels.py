"""The stored result of a segmentation."""

from __future__ import annotations

import gzip
import json
from io import BytesIO

import numpy as np
from numpy.typing import NDArray

from segmentation.models import Segmentation
from webapp.storage.blobs import blob_path


def read_labels(sha256: str) -> NDArray[np.uint32]:
    """A stored label image: gzip of a .npy file, (T, Z, Y, X) uint32."""
    with gzip.open(blob_path(sha256)) as file:
        labels: NDArray[np.uint32] = np.load(BytesIO(file.read()), allow_pickle=False)
    return labels


def pack_labels(labels: NDArray[np.uint32]) -> bytes:
    """The bytes under which a label image is stored; equal labels give equal bytes."""
    buffer = BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb", compresslevel=6, mtime=0) as file:
        np.lib.format.write_array(file, np.ascontiguousarray(labels, "<u4"), allow_pickle=False)
    return buffer.getvalue()


def read_confidences(segmentation: Segmentation) -> list[float]:
    """The confidence of the labels 1, 2, ..., in order; empty for a method without one."""
    confidences: list[float] = json.loads(blob_path(segmentation.confidences_id).read_bytes())
    return confidences
