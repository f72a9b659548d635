"""MRC, MRCS and MAP files of electron microscopy: a header of 1024 bytes, then plain pixels.

Source: https://www.ccpem.ac.uk/mrc-format/mrc2014 and, for the signed flag,
https://bio3d.colorado.edu/imod/doc/mrc_format.txt
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from webapp.imaging.axes import plane_table, split_axes
from webapp.imaging.limits import Limits, UnreadableImage, check_shape
from webapp.imaging.reader import Band, Facts
from webapp.imaging.vendors.stored import CUT_OFF, StoredPlane, stored_bands

N_HEADER_BYTES = 1024
ANGSTROM_UM = 1e-4
_DTYPES = {0: "i1", 1: "i2", 2: "f4", 6: "u2", 12: "f2"}
_IMOD, _IS_SIGNED = 1146047817, 1
_FIRST_VOLUME_STACK = 401

DAMAGED = (
    "The header of this MRC file is damaged. Export the image once more, or save it as TIFF, "
    "and upload that."
)
OTHER_MODE = (
    "This MRC file stores complex numbers or packed 4 bit pixels, which cannot be read here. "
    "Save it as 16 or 32 bit and upload that."
)


@dataclass(frozen=True)
class MrcReader:
    """An open MRC file; sections are slices unless somebody said what they are."""

    facts: Facts
    file: BinaryIO
    first_byte: int
    plane: StoredPlane
    sections: NDArray[np.int64]

    def bands(self, t: int, z: int) -> Iterator[Band]:
        """Yield the rows of one section in the order in which they lie in the file."""
        for c, section in enumerate(self.sections[t, :, z]):
            offset = self.first_byte + int(section) * self.plane.n_bytes
            for row, pixels in stored_bands(self.file, offset, self.plane):
                yield Band(c, row, pixels)


def open_mrc(source: Path, limits: Limits, pages_are: str | None) -> MrcReader:
    """Return a reader after the header was checked; `pages_are` says what sections are."""
    file = source.open("rb")
    header = file.read(N_HEADER_BYTES)
    if len(header) < N_HEADER_BYTES:
        raise UnreadableImage(CUT_OFF)
    order = _byte_order(header)
    width, height, n_sections, mode = struct.unpack(f"{order}4i", header[:16])
    if min(width, height, n_sections) < 1:
        raise UnreadableImage(DAMAGED)
    check_shape((n_sections, 1, 1, height, width), limits)
    sections = _sections(header, order, n_sections, pages_are)
    n_frames, n_channels, n_slices = sections.shape
    shape = (n_frames, n_channels, n_slices, height, width)
    dtype = _dtype(header, order, mode)
    plane = StoredPlane(dtype, height, width, 1, width * dtype.itemsize)
    (n_extended,) = struct.unpack(f"{order}i", header[92:96])
    first_byte = N_HEADER_BYTES + n_extended
    if n_extended < 0:
        raise UnreadableImage(DAMAGED)
    if first_byte + n_sections * plane.n_bytes > source.stat().st_size:
        raise UnreadableImage(CUT_OFF)
    is_told = pages_are is not None
    facts = _facts(header, order, shape, dtype, is_told=is_told)
    return MrcReader(facts, file, first_byte, plane, sections)


def _byte_order(header: bytes) -> str:
    """Return struct's mark: the machine stamp, or what makes the mode a small number."""
    if header[212:213] == b"\x11":
        return ">"
    return "<" if struct.unpack("<i", header[12:16])[0] < 2**16 else ">"


def _sections(
    header: bytes, order: str, n_sections: int, pages_are: str | None
) -> NDArray[np.int64]:
    """Return the sections as (T, C, Z): a stack of volumes has a volume a frame."""
    (n_in_volume,) = struct.unpack(f"{order}i", header[36:40])
    (space_group,) = struct.unpack(f"{order}i", header[88:92])
    sections = np.arange(n_sections, dtype=np.int64)
    if space_group >= _FIRST_VOLUME_STACK and n_in_volume > 0 and not n_sections % n_in_volume:
        return sections.reshape(-1, 1, n_in_volume)
    return plane_table(sections, split_axes(pages_are or "z", (n_sections,)))


def _dtype(header: bytes, order: str, mode: int) -> np.dtype[Any]:
    if mode not in _DTYPES:
        raise UnreadableImage(OTHER_MODE)
    stamp, flags = struct.unpack(f"{order}2i", header[152:160])
    if mode == 0 and stamp == _IMOD and not flags & _IS_SIGNED:
        return np.dtype("u1")
    return np.dtype(_DTYPES[mode]).newbyteorder(order)  # type: ignore[arg-type]


def _facts(
    header: bytes,
    order: str,
    shape: tuple[int, int, int, int, int],
    dtype: np.dtype[Any],
    *,
    is_told: bool,
) -> Facts:
    """Sizes come as the cell in ångström and the number of samples along it: x, y, z."""
    (space_group,) = struct.unpack(f"{order}i", header[88:92])
    samples = struct.unpack(f"{order}3i", header[28:40])
    cell = struct.unpack(f"{order}3f", header[40:52])
    x, y, z = (_step_um(*both) for both in zip(cell, samples, strict=True))
    n_sections = shape[0] * shape[1] * shape[2]
    is_stack = space_group == 0 and n_sections > 1
    return Facts(
        shape=shape,
        source_dtype=dtype.newbyteorder("=").name,
        source_format="MRC",
        pixel_size_um=(y, x) if x and y else None,
        slice_step_um=z if shape[2] > 1 and not is_stack else None,
        axes_are_ambiguous=is_stack and not is_told,
        unknown_sizes=(n_sections,) if is_stack else (),
    )


def _step_um(cell_angstrom: float, n_samples: int) -> float | None:
    """Return the distance of two samples in micrometers; None when the header says nothing."""
    if n_samples < 1 or not math.isfinite(cell_angstrom) or cell_angstrom <= 0:
        return None
    return float(f"{cell_angstrom / n_samples * ANGSTROM_UM:.7g}")
