"""The description of an OME-TIFF that is exported.

Source: OME-XML 2016-06, https://docs.openmicroscopy.org/ome-model/latest/.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from xml.etree import ElementTree as Tree

import numpy as np

from webapp.imaging.image import Channel, IngestedImage
from webapp.imaging.tiled_tiff import TiledTiff, levels_of_plane
from webapp.imaging.tiles import chunk_path

_NAMESPACE = "http://www.openmicroscopy.org/Schemas/OME/2016-06"
_TYPES = {"float32": "float", "float64": "double"}


def ome_tiff(pyramid: Path, image: IngestedImage, name: str) -> TiledTiff:
    """An image with all its planes and levels: frames, then channels, then slices."""
    n_frames, n_channels, n_slices = image.shape[:3]
    sizes = [(level.height, level.width) for level in image.levels]
    planes = [
        levels_of_plane(sizes, _tiles_of(pyramid, t, c, z))
        for t in range(n_frames)
        for c in range(n_channels)
        for z in range(n_slices)
    ]
    return TiledTiff(np.dtype(image.dtype), planes, ome_xml(image, name, image.channels))


def _tiles_of(pyramid: Path, t: int, c: int, z: int) -> Callable[[int, int, int], Path]:
    """Where the tiles of a plane lie."""
    return lambda level, row, col: chunk_path(pyramid, level, t, c, z, row, col)


def ome_xml(image: IngestedImage, name: str, channels: Sequence[Channel]) -> bytes:
    """The OME-XML of an image whose planes lie in the order XYZCT, in ASCII."""
    n_frames, _, n_slices, height, width = image.shape
    root = Tree.Element("OME", {"xmlns": _NAMESPACE, "Creator": "Coverslip"})
    element = Tree.SubElement(root, "Image", {"ID": "Image:0", "Name": _printable(name)})
    sizes = {"X": width, "Y": height, "Z": n_slices, "C": len(channels), "T": n_frames}
    pixels = Tree.SubElement(
        element,
        "Pixels",
        {
            "ID": "Pixels:0",
            "DimensionOrder": "XYZCT",
            "Type": _TYPES.get(image.dtype, image.dtype),
            **{f"Size{axis}": str(size) for axis, size in sizes.items()},
            **_spacing(image),
        },
    )
    for number, channel in enumerate(channels):
        facts = {"ID": f"Channel:0:{number}", "SamplesPerPixel": "1"}
        if channel.name:
            facts["Name"] = _printable(channel.name)
        Tree.SubElement(pixels, "Channel", facts | {"Color": str(_color(channel.color))})
    n_planes = n_frames * len(channels) * n_slices
    Tree.SubElement(pixels, "TiffData", {"IFD": "0", "PlaneCount": str(n_planes)})
    written: bytes = Tree.tostring(root, encoding="us-ascii", xml_declaration=True)
    return written


def _spacing(image: IngestedImage) -> dict[str, str]:
    """What is known of the size of a voxel and the time between frames."""
    y, x = image.pixel_size_um or (None, None)
    lengths = {"X": x, "Y": y, "Z": image.slice_step_um}
    facts: dict[str, str] = {}
    for axis, length in lengths.items():
        if length:
            facts[f"PhysicalSize{axis}"] = repr(float(length))
            facts[f"PhysicalSize{axis}Unit"] = "µm"
    if image.frame_interval_s:
        facts |= {"TimeIncrement": repr(float(image.frame_interval_s)), "TimeIncrementUnit": "s"}
    return facts


def _color(color: str) -> int:
    """`#rrggbb` as OME writes it: RGBA in a signed number of 32 bits."""
    rgba = int(color.lstrip("#") or "ffffff", 16) << 8 | 255
    return rgba - 2**32 if rgba >= 2**31 else rgba


def _printable(text: str) -> str:
    """Without the characters that XML does not allow."""
    return "".join(char for char in text if char.isprintable())
