"""Masks of NumPy: the `_seg.npy` of Cellpose, and plain arrays.

A `_seg.npy` is a pickled dictionary. Pickles can carry code, so only arrays, numbers, texts and the
usual containers are let through; `np.load` with pickles is never called.
"""

from __future__ import annotations

import gzip
import io
import pickle
import zlib
from collections import OrderedDict
from pathlib import Path
from typing import IO, Any

import numpy as np

from annotations.labels.importing.entry import FileOfMasks, Unfit
from annotations.labels.importing.raster import entry_of_array
from webapp.imaging.limits import Limits, check_shape

NOT_DATA = (
    "This .npy file holds more than arrays, numbers and texts, so it is not opened: such a file "
    "can carry programs. Export the masks as a label TIFF."
)
NO_MASKS = "This .npy file is no _seg.npy of Cellpose: there are no masks in it."
BROKEN = "This .npy file is damaged or was cut off. Save it again."
_ARRAYS = ("numpy", "numpy.core.multiarray", "numpy._core.multiarray", "numpy._core.numeric",
           "numpy.core.numeric")  # fmt: skip
_MOST_DIMENSIONS = 4


def open_npy(source: Path, name: str, limits: Limits) -> FileOfMasks:
    """The masks of a `_seg.npy`, or of an array of numbers with two to four axes (T, Z, Y, X)."""
    with source.open("rb") as file:
        return _read(file, name, limits)


def open_packed_npy(source: Path, name: str, limits: Limits) -> FileOfMasks:
    """The same inside of gzip, as this product hands out label images."""
    try:
        with gzip.open(source) as file:
            return _read(file, name, limits)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise Unfit(BROKEN) from error


def _read(file: IO[bytes] | gzip.GzipFile, name: str, limits: Limits) -> FileOfMasks:
    shape, dtype = _header(file)
    if dtype.hasobject:
        content = _Unpickler(io.BytesIO(file.read())).only_data() if shape == () else None
        if isinstance(content, np.ndarray) and content.shape == ():
            content = content.item()
        masks = content.get("masks") if isinstance(content, dict) else None
        if not isinstance(masks, np.ndarray) or masks.dtype.hasobject:
            raise Unfit(NO_MASKS)
        return FileOfMasks("Cellpose _seg.npy", (entry_of_array(name, _planes(masks)),))
    _check(shape, limits)
    file.seek(0)
    try:
        values = np.lib.format.read_array(file, allow_pickle=False)
    except ValueError as error:
        raise Unfit(BROKEN) from error
    return FileOfMasks("NumPy array", (entry_of_array(name, _planes(values)),))


def _header(file: IO[bytes] | gzip.GzipFile) -> tuple[tuple[int, ...], np.dtype[Any]]:
    try:
        version = np.lib.format.read_magic(file)
        read = (
            np.lib.format.read_array_header_1_0
            if version == (1, 0)
            else np.lib.format.read_array_header_2_0
        )
        shape, _, dtype = read(file)
    except (ValueError, EOFError) as error:
        raise Unfit(BROKEN) from error
    return shape, dtype


def _check(shape: tuple[int, ...], limits: Limits) -> None:
    if not 2 <= len(shape) <= _MOST_DIMENSIONS:
        raise Unfit(NO_MASKS)
    sides = (1,) * (_MOST_DIMENSIONS - len(shape)) + shape
    check_shape((sides[0], 1, sides[1], sides[2], sides[3]), limits)


def _planes(masks: Any) -> Any:
    if not 2 <= masks.ndim <= _MOST_DIMENSIONS or not masks.size:
        raise Unfit(NO_MASKS)
    return masks


def _as_text(*parts: Any) -> str:
    """What stands for a path in a pickle: its text."""
    return "/".join(str(part) for part in parts)


def _latin_1(text: str, encoding: str = "latin1") -> bytes:
    """How old pickles write bytes."""
    if encoding not in ("latin1", "latin-1") or not isinstance(text, str):
        raise Unfit(NOT_DATA)
    return text.encode("latin1")


class _Unpickler(pickle.Unpickler):
    """Builds arrays, numbers, texts and containers, and refuses everything else by name."""

    def only_data(self) -> Any:
        """The object; Unfit when the pickle asks for anything but data, or is broken."""
        try:
            return self.load()
        except (Unfit, MemoryError, RecursionError):
            raise
        except Exception as error:  # a broken pickle makes the machine raise anything
            raise Unfit(BROKEN) from error

    def find_class(self, module: str, name: str) -> Any:
        """What a pickle may name."""
        from numpy._core.multiarray import _reconstruct, scalar
        from numpy._core.numeric import _frombuffer  # type: ignore[attr-defined]

        known = {
            "ndarray": np.ndarray,
            "dtype": np.dtype,
            "_reconstruct": _reconstruct,
            "scalar": scalar,
            "_frombuffer": _frombuffer,
        }
        if module in _ARRAYS and name in known:
            return known[name]
        if module == "_codecs" and name == "encode":
            return _latin_1
        if module == "collections" and name == "OrderedDict":
            return OrderedDict
        if module in ("pathlib", "pathlib._local") and name.endswith("Path"):
            return _as_text
        raise Unfit(NOT_DATA)

    def persistent_load(self, pid: Any) -> Any:
        """Nothing lies elsewhere."""
        raise Unfit(NOT_DATA)
