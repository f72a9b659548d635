"""Arrays that may be larger than the memory: in a temporary file from a certain size on."""

from __future__ import annotations

import ctypes
import mmap
import sys
import tempfile
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from segmentation.engine.arrays import AnyArray

IN_MEMORY_BYTES = 256_000_000
BAND_ROWS = 512


def new_array(shape: Sequence[int], dtype: npt.DTypeLike) -> AnyArray:
    """Return zeros; above 256 MB they lie in a file that ends with the array.

    The file is made where TMPDIR says and has no name, so that nothing is left behind.
    """
    n_bytes = int(np.prod(shape, dtype=np.int64)) * np.dtype(dtype).itemsize
    if n_bytes <= IN_MEMORY_BYTES:
        return np.zeros(shape, dtype)
    with tempfile.TemporaryFile(prefix="coverslip-") as file:
        file.truncate(n_bytes)
        return np.memmap(file, dtype, "r+", shape=tuple(shape))


def is_mapped(array: AnyArray) -> bool:
    """Say whether an array lies in a file, whose pages come into memory when they are read."""
    return _mapping(array) is not None


def forget(array: AnyArray) -> None:
    """Give the memory of a mapped array back to the system; its content stays in the file."""
    mapping = _mapping(array)
    if mapping is not None and hasattr(mmap, "MADV_DONTNEED"):
        mapping.madvise(mmap.MADV_DONTNEED)


def sampled(plane: AnyArray, step: int) -> AnyArray:
    """Return every step-th pixel of every step-th row of (Y, X), a band of rows in memory at once.

    The system maps far more of a file than the pixels asked for, so each band is forgotten.
    """
    if not is_mapped(plane):
        return plane[::step, ::step]
    bands = []
    n_rows = max(1, BAND_ROWS // step) * step
    for y in range(0, len(plane), n_rows):
        bands.append(plane[y : y + n_rows : step, ::step].copy())
        forget(plane)
    return np.concatenate(bands)


def _mapping(array: AnyArray) -> mmap.mmap | None:
    """Return the mapped file that an array lies in."""
    base: object = array
    while isinstance(base, np.ndarray):
        base = base.base
    return base if isinstance(base, mmap.mmap) else None


def trim_memory() -> None:
    """Return freed memory to the system, which the C library of Linux would keep for later."""
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)
