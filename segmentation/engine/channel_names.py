"""The names that a file gives its channels."""

from __future__ import annotations

from xml.etree import ElementTree

import tifffile

from webapp.imaging.limits import UnreadableImage
from webapp.imaging.tiff.facts import imagej_acquisition
from webapp.imaging.tiff.ome import parse_root

COLORS = ("Red", "Green", "Blue")


def names_of(tiff: tifffile.TiffFile, axes: str, n_channels: int) -> tuple[str, ...] | None:
    """Return the names of the channels, by OME-XML, by ImageJ's labels, or as colors.

    None when there is not one name for each channel.
    """
    if "S" in axes and "C" not in axes:
        return color_names(n_channels)
    if tiff.is_ome:
        names = _ome_names(tiff.ome_metadata or "")
    elif tiff.is_imagej:
        found = imagej_acquisition(tiff.imagej_metadata or {}, tiff.pages[0], n_channels)
        names = [name or "" for name in found.channel_names]
    else:
        names = []
    return tuple(names) if len(names) == n_channels else None


def color_names(n_channels: int) -> tuple[str, ...] | None:
    """Return the names of the samples of a picture; None for one in grey."""
    if n_channels < len(COLORS):
        return None
    return (*COLORS, "Alpha")[:n_channels] if n_channels <= len(COLORS) + 1 else None


def _ome_names(description: str) -> list[str]:
    """Return the names in the first image of an OME-XML; nothing when one is missing."""
    try:
        root = parse_root(description)
    except UnreadableImage:
        return []
    pixels: ElementTree.Element | None = None if root is None else root.find("Image/Pixels")
    channels = [] if pixels is None else pixels.findall("Channel")
    names = [one.get("Name") or one.get("Fluor") or "" for one in channels]
    return names if any(names) else []
