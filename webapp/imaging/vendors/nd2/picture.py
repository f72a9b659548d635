"""One frame of an ND2: how its pixels lie, and what its channels are called."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from webapp.imaging.limits import UnreadableImage
from webapp.imaging.reader import Facts
from webapp.imaging.vendors.nd2.chunks import DAMAGED
from webapp.imaging.vendors.nd2.variants import Tree, items
from webapp.imaging.vendors.stored import StoredPlane

_LOSSLESS, _LOSSY = 0, 1
_DTYPES = {8: "u1", 16: "<u2", 32: "<f4"}
_N_COLORS = 3

LOSSY = (
    "The pixels of this ND2 file were compressed with loss, which cannot be read here and is of "
    "little use for measuring. Save it without compression in NIS-Elements and upload that."
)
MIXED = (
    "This ND2 file holds a color picture beside other channels, which cannot be read here. "
    "Split its channels in NIS-Elements, or export it as TIFF, and upload that."
)


@dataclass(frozen=True)
class Picture:
    """`plane` has a sample for each channel; `is_packed` is zlib over the whole frame."""

    plane: StoredPlane
    is_packed: bool
    is_color: bool = False


def read_picture(attributes: Tree) -> Picture:
    """Return how a frame is stored; UnreadableImage when it cannot be read."""
    try:
        width, height = int(attributes["uiWidth"]), int(attributes["uiHeight"])
        n_samples, row_bytes = int(attributes["uiComp"]), int(attributes["uiWidthBytes"])
        bits = int(attributes["uiBpcInMemory"])
    except (KeyError, TypeError, ValueError) as error:
        raise UnreadableImage(DAMAGED, repr(error)) from error
    compression = attributes.get("eCompression", 2)
    if compression == _LOSSY:
        raise UnreadableImage(LOSSY)
    if bits not in _DTYPES or min(width, height, n_samples) < 1:
        raise UnreadableImage(DAMAGED, f"{width} × {height} × {n_samples} of {bits} bit")
    dtype = np.dtype(_DTYPES[bits])
    row_bytes = max(row_bytes, width * n_samples * dtype.itemsize)
    plane = StoredPlane(dtype, height, width, n_samples, row_bytes)
    return Picture(plane, is_packed=compression == _LOSSLESS)


def channel_facts(described: Tree, picture: Picture) -> Facts:
    """Return facts with channels, pixel size and objective; the shape comes from the loops."""
    told = described.get("sPicturePlanes")
    told = told if isinstance(told, dict) else {}
    planes = [one for one in items(told.get("sPlaneNew") or told.get("sPlane")) if one]
    n_components = [int(one.get("uiCompCount", 1)) for one in planes]
    is_color = n_components == [_N_COLORS] and picture.plane.n_samples == _N_COLORS
    if not is_color and any(n > 1 for n in n_components):
        raise UnreadableImage(MIXED)
    size = described.get("dCalibration", 0.0)
    is_known = bool(described.get("bCalibrated")) and size > 0
    return Facts(
        shape=(1, picture.plane.n_samples, 1, picture.plane.height, picture.plane.width),
        source_dtype=picture.plane.dtype.name,
        source_format="ND2",
        channel_names=() if is_color else tuple(_name(one) for one in planes),
        channel_colors=() if is_color else tuple(_color(one) for one in planes),
        pixel_size_um=(float(size), float(size)) if is_known else None,
        objective=str(described.get("wsObjectiveName") or "") or None,
        is_color=is_color,
    )


def _name(plane: Any) -> str | None:
    return str(plane.get("sDescription", "")).strip() or None


def _color(plane: Any) -> str | None:
    """Colors are numbers of which the lowest byte is red; black is none."""
    number = int(plane.get("uiColor", 0))
    red, green, blue = number & 255, number >> 8 & 255, number >> 16 & 255
    return f"#{red:02x}{green:02x}{blue:02x}" if red or green or blue else None
