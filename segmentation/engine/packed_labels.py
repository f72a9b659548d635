"""A label image as one packed file: equal labels give equal bytes."""

from __future__ import annotations

import gzip
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from segmentation.engine.spool import forget

PIXELS_A_PIECE = 4_000_000


def pack_labels(labels: NDArray[np.uint32], file: BinaryIO) -> None:
    """Write (T, Z, Y, X) as gzip of a .npy file, little-endian uint32, C order."""
    with gzip.GzipFile("", "wb", 6, file, mtime=0) as packed:
        header = {"descr": "<u4", "fortran_order": False, "shape": labels.shape}
        np.lib.format.write_array_header_1_0(packed, header)
        flat = labels.reshape(-1)
        for start in range(0, flat.size, PIXELS_A_PIECE):
            packed.write(flat[start : start + PIXELS_A_PIECE].astype("<u4").tobytes())
            forget(labels)
