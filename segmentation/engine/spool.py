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


def forget(array: AnyArray) -> None:
    """Give the memory of a mapped array back to the system; its content stays in the file."""
    base: object = array
    while isinstance(base, np.ndarray):
        base = base.base
    if isinstance(base, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
        base.madvise(mmap.MADV_DONTNEED)


def trim_memory() -> None:
    """Return freed memory to the system, which the C library of Linux would keep for later."""
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)
