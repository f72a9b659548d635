"""The description of a Zarr array, checked before any library opens it.

Only plain numbers and known compressions are let through: Zarr 2 can store Python objects, whose
decoding runs code.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from webapp.imaging.limits import UnreadableImage
from webapp.imaging.ome_zarr.package import ZarrPackage

MOST_CHUNK_BYTES = 256 * 2**20
MOST_SIDE = 2**31
_CODECS = {
    *("bytes", "endian", "transpose", "crc32c", "sharding_indexed"),
    *("blosc", "gzip", "zlib", "zstd", "lz4", "bz2", "lzma"),
    *("numcodecs.blosc", "numcodecs.gzip", "numcodecs.zlib", "numcodecs.zstd", "numcodecs.lz4"),
}
_OTHERS = {"bool": "u1", "float16": "f2", "float32": "f4", "float64": "f8"}

NOT_HERE = (
    "An image of this OME-Zarr names the array {path}, which is not in the zip. Zip the whole "
    "folder, with the files that begin with a dot, and upload that."
)
DAMAGED = (
    "The description of the pixels of this OME-Zarr is damaged. Export the image again, or save "
    "it as OME-TIFF, and upload that."
)
OTHER_CODEC = (
    "This OME-Zarr is compressed by “{name}”, which cannot be read here. Export it with Blosc, "
    "Zstandard or gzip, or save it as OME-TIFF, and upload that."
)
OTHER_NUMBERS = (
    "The pixels of this OME-Zarr are no plain numbers. Export the image again, or save it as "
    "OME-TIFF, and upload that."
)
LARGE_CHUNKS = (
    "The chunks of this OME-Zarr are {size:,.0f} MB each; at most 256 MB are read at once. "
    "Export the image with smaller chunks and upload that."
)


def check_array(package: ZarrPackage, path: str) -> tuple[int, ...]:
    """Return the shape of an array that is safe to open; UnreadableImage for any other."""
    prefix = f"{path}/" if path else ""
    try:
        if f"{prefix}zarr.json" in package.names:
            shape, chunks, dtype = _version_3(package.json(f"{prefix}zarr.json"))
        elif f"{prefix}.zarray" in package.names:
            shape, chunks, dtype = _version_2(package.json(f"{prefix}.zarray"))
        else:
            raise UnreadableImage(NOT_HERE.format(path=path[-80:]))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UnreadableImage(DAMAGED) from error
    if len(chunks) != len(shape) or not all(0 < n < MOST_SIDE for n in (*shape, *chunks)):
        raise UnreadableImage(DAMAGED)
    n_bytes = prod(chunks) * dtype.itemsize
    if n_bytes > MOST_CHUNK_BYTES:
        raise UnreadableImage(LARGE_CHUNKS.format(size=n_bytes / 2**20))
    return shape


def _version_2(described: dict[str, Any]) -> tuple[tuple[int, ...], tuple[int, ...], np.dtype[Any]]:
    compressor = described.get("compressor")
    for one in [*([compressor] if compressor else []), *(described.get("filters") or [])]:
        _check_codec(str(one["id"]))
    if not isinstance(described["dtype"], str):
        raise UnreadableImage(OTHER_NUMBERS)
    dtype = _plain(np.dtype(described["dtype"]))
    return _sizes(described["shape"]), _sizes(described["chunks"]), dtype


def _version_3(described: dict[str, Any]) -> tuple[tuple[int, ...], tuple[int, ...], np.dtype[Any]]:
    name = described["data_type"]
    if not isinstance(name, str):
        raise UnreadableImage(OTHER_NUMBERS)
    dtype = _plain(np.dtype(_OTHERS.get(name, name)))
    chunks = _sizes(described["chunk_grid"]["configuration"]["chunk_shape"])
    for one in described["codecs"]:
        chunks = _check_codecs_inside(one, chunks)
    return _sizes(described["shape"]), chunks, dtype


def _check_codecs_inside(one: dict[str, Any], chunks: tuple[int, ...]) -> tuple[int, ...]:
    """Check a codec and those in a shard; return the chunks that are decoded at once."""
    _check_codec(str(one["name"]))
    if one["name"] != "sharding_indexed":
        return chunks
    inside = one["configuration"]
    for other in (*inside["codecs"], *inside.get("index_codecs", ())):
        if other["name"] == "sharding_indexed":
            raise UnreadableImage(DAMAGED)
        _check_codec(str(other["name"]))
    return _sizes(inside["chunk_shape"])


def _check_codec(name: str) -> None:
    if name not in _CODECS:
        raise UnreadableImage(OTHER_CODEC.format(name=name[:40]))


def _plain(dtype: np.dtype[Any]) -> np.dtype[Any]:
    if dtype.kind not in "biuf" or dtype.itemsize > 8 or dtype.shape:
        raise UnreadableImage(OTHER_NUMBERS)
    return dtype


def _sizes(values: list[Any]) -> tuple[int, ...]:
    if not all(isinstance(value, int) for value in values):
        raise ValueError("sizes are whole numbers")
    return tuple(values)
