"""The fingerprint of a label image: what "the same labels" means, independent of any file format.

SHA-256 of the four sizes T, Z, Y, X as little-endian unsigned 64-bit numbers, followed by all
labels as little-endian unsigned 32-bit numbers in C order (frame, slice, row, column).
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

Shape = tuple[int, int, int, int]


def label_digest(shape: Shape, planes: Iterable[NDArray[np.uint32]]) -> str:
    """Hex SHA-256 of a label image of ``shape`` (T, Z, Y, X), its planes given in that order.

    Reads one plane at a time. Raises `ValueError` when the planes do not fit the shape.
    """
    fingerprint = hashlib.sha256(struct.pack("<4Q", *shape))
    n_planes = 0
    for plane in planes:
        if plane.shape != shape[2:]:
            raise ValueError(f"A plane of {plane.shape} is not part of an image of {shape}.")
        fingerprint.update(np.ascontiguousarray(plane, dtype="<u4").data)
        n_planes += 1
    if n_planes != shape[0] * shape[1]:
        raise ValueError(f"{n_planes} planes do not make an image of {shape}.")
    return fingerprint.hexdigest()
