"""The pixels of one tile of a CZI file, decoded or a few rows at a time.

Source of the packing: https://zeiss.github.io/libczi and its zstd1 header ("hi-lo-packing").
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any, BinaryIO

import imagecodecs
import numpy as np

from webapp.imaging.limits import UnreadableImage
from webapp.imaging.reader import Pixels
from webapp.imaging.vendors.czi.directory import (
    DAMAGED,
    N_SEGMENT_HEADER_BYTES,
    Tile,
    read_entry,
)
from webapp.imaging.vendors.stored import CUT_OFF, StoredPlane, read_rows

PLAIN, _JPEG, _LZW, _JPEG_XR, _ZSTD, _ZSTD_SHUFFLED = 0, 1, 2, 4, 5, 6
_PIXELS = {
    0: ("u1", 1), 1: ("<u2", 1), 2: ("<f4", 1), 3: ("u1", 3), 4: ("<u2", 3), 8: ("<f4", 3),
    9: ("u1", 4), 12: ("<i4", 1),
}  # fmt: skip
_N_TILE_HEADER_BYTES = 16
_N_LEAST_HEADER_BYTES = 256
_HI_LO_CHUNK = 1

OTHER_PIXELS = (
    "This CZI file stores complex or 64 bit numbers, which cannot be read here. Export it as "
    "16 or 32 bit OME-TIFF from ZEN and upload that."
)
OTHER_COMPRESSION = (
    "This CZI file is compressed in a way that cannot be read here. Save it without compression "
    "in ZEN, or export it as OME-TIFF, and upload that file."
)


@dataclass(frozen=True)
class TileData:
    """Where the pixels of a tile begin and how they are laid out."""

    tile: Tile
    first: int
    n_bytes: int
    plane: StoredPlane

    def rows(self, file: BinaryIO, rows: tuple[int, int]) -> Pixels:
        """Return rows of a plain tile as (samples, rows, X), red first."""
        return _red_first(read_rows(file, self.first, self.plane, rows))

    def decoded(self, file: BinaryIO) -> Pixels:
        """Return all of a compressed tile as (samples, Y, X), red first."""
        file.seek(self.first)
        packed = file.read(self.n_bytes)
        if len(packed) < self.n_bytes:
            raise UnreadableImage(CUT_OFF)
        is_picture = self.tile.compression in (_JPEG, _JPEG_XR)
        if is_picture:
            return self._of_picture(packed)
        unpacked = _unpacked(packed, self.tile.compression, self.plane.n_bytes)
        if len(unpacked) < self.plane.n_bytes:
            raise UnreadableImage(DAMAGED, f"{len(unpacked)} of {self.plane.n_bytes} bytes")
        return _red_first(self.plane.rows_of(unpacked, self.plane.height))

    def _of_picture(self, packed: bytes) -> Pixels:
        """JPEG and JPEG XR give red first by themselves."""
        is_jpeg = self.tile.compression == _JPEG
        pixels = imagecodecs.jpeg8_decode(packed) if is_jpeg else imagecodecs.jpegxr_decode(packed)
        plane = self.plane
        pixels = pixels.reshape(*pixels.shape[:2], -1)
        if pixels.shape != (plane.height, plane.width, plane.n_samples):
            raise UnreadableImage(DAMAGED, f"a tile of {pixels.shape}")
        first: Pixels = pixels.transpose(2, 0, 1).astype(plane.dtype.newbyteorder("="))
        return first[:3] if plane.n_samples == 4 else first


def layout_of(pixel_type: int) -> tuple[np.dtype[Any], int]:
    """Return (dtype, number of samples) of a pixel type."""
    if pixel_type not in _PIXELS:
        raise UnreadableImage(OTHER_PIXELS, f"pixel type {pixel_type}")
    name, n_samples = _PIXELS[pixel_type]
    return np.dtype(name), n_samples


def check_compression(tile: Tile) -> None:
    """Refuse what no decoder here reads; colors in old JPEG tiles are of unknown order."""
    known = (PLAIN, _LZW, _JPEG_XR, _ZSTD, _ZSTD_SHUFFLED)
    is_grey_jpeg = tile.compression == _JPEG and layout_of(tile.pixel_type)[1] == 1
    if tile.compression not in known and not is_grey_jpeg:
        raise UnreadableImage(OTHER_COMPRESSION, f"compression {tile.compression}")


def find_data(file: BinaryIO, tile: Tile) -> TileData:
    """Read the header in front of a tile; UnreadableImage when its bytes are not there."""
    size_bytes = file.seek(0, 2)
    start = tile.position + N_SEGMENT_HEADER_BYTES
    file.seek(tile.position)
    if file.read(16).rstrip(b"\x00") != b"ZISRAWSUBBLOCK":
        raise UnreadableImage(CUT_OFF if tile.position >= size_bytes else DAMAGED)
    file.seek(start)
    head = file.read(_N_TILE_HEADER_BYTES)
    if len(head) < _N_TILE_HEADER_BYTES:
        raise UnreadableImage(CUT_OFF)
    n_metadata, _, n_bytes = struct.unpack("<iiq", head)
    read_entry(file)
    first = max(file.tell(), start + _N_LEAST_HEADER_BYTES) + max(0, n_metadata)
    dtype, n_samples = layout_of(tile.pixel_type)
    row_bytes = tile.width * n_samples * dtype.itemsize
    plane = StoredPlane(dtype, tile.height, tile.width, n_samples, row_bytes)
    is_short = tile.compression == PLAIN and n_bytes < plane.n_bytes
    if n_bytes < 0 or is_short:
        raise UnreadableImage(DAMAGED, f"a tile of {n_bytes} bytes")
    if first + n_bytes > size_bytes:
        raise UnreadableImage(CUT_OFF)
    return TileData(tile, first, n_bytes, plane)


def _unpacked(packed: bytes, compression: int, n_bytes: int) -> bytes:
    if compression == _LZW:
        return bytes(imagecodecs.lzw_decode(packed, out=n_bytes))
    if compression == _ZSTD:
        return bytes(imagecodecs.zstd_decode(packed, out=n_bytes))
    n_header, is_shuffled = _zstd_header(packed)
    unpacked = bytes(imagecodecs.zstd_decode(packed[n_header:], out=n_bytes))
    if not is_shuffled:
        return unpacked
    halves = np.frombuffer(unpacked, np.uint8).reshape(2, -1)  # all low bytes, all high bytes
    return halves.T.tobytes()


def _zstd_header(packed: bytes) -> tuple[int, bool]:
    """Return (length of the header, whether low and high bytes were parted)."""
    n_header = packed[0] if packed else 0
    if n_header == 1:
        return 1, False
    if n_header == 3 and len(packed) > 3 and packed[1] == _HI_LO_CHUNK:
        return 3, bool(packed[2] & 1)
    raise UnreadableImage(DAMAGED, f"a zstd header of {n_header} bytes")


def _red_first(samples: Pixels) -> Pixels:
    """Colors are stored as blue, green, red and an unused fourth."""
    return samples[2::-1] if len(samples) >= 3 else samples
