"""The OME-XML in an OME-TIFF: which page is which plane, and the physical facts.

Source: https://docs.openmicroscopy.org/ome-model/latest/ome-tiff/specification.html
"""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree import ElementTree

import numpy as np
from numpy.typing import NDArray

from webapp.imaging.limits import UnreadableImage
from webapp.imaging.tiff.units import seconds, to_micrometers

MAX_XML_CHARACTERS = 64_000_000
MISSING = -1

UNSAFE = (
    "The OME description in this file defines entities of its own, which is refused for safety. "
    "Save the image again as OME-TIFF or plain TIFF and upload that."
)
SPLIT = (
    "This OME-TIFF is one of several files of one image, and its planes alone do not make a "
    "whole image. Save the image as one OME-TIFF and upload that."
)
PART = "This OME-TIFF is one of several files of one image; only the planes in this file were read."
MORE_IMAGES = "This file holds {n} images; only the first was read."


@dataclass(frozen=True)
class OmeImage:
    """The first image of an OME-XML. `pages` is (T, C, Z): the page of each plane."""

    pages: NDArray[np.int64]
    channel_names: tuple[str | None, ...]
    channel_colors: tuple[str | None, ...]
    pixel_size_um: tuple[float, float] | None
    slice_step_um: float | None
    frame_interval_s: float | None
    objective: str | None
    notes: tuple[str, ...]


def parse_root(description: str) -> ElementTree.Element | None:
    """Return the OME root element, or None when the text is not OME-XML or is broken."""
    if "<OME" not in description[:100_000] or len(description) > MAX_XML_CHARACTERS:
        return None
    if "<!DOCTYPE" in description or "<!ENTITY" in description:
        raise UnreadableImage(UNSAFE)
    try:
        root = ElementTree.fromstring(description.strip("\x00 \r\n\t"))  # noqa: S314 - no entities
    except ElementTree.ParseError:
        return None
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    return root if root.tag == "OME" else None


def is_companion_only(root: ElementTree.Element) -> bool:
    """Return whether the description proper lies in another file."""
    return root.find("BinaryOnly") is not None


def read_ome(root: ElementTree.Element, n_pages: int, n_samples: int) -> OmeImage | None:
    """Return the first image with `n_samples` samples a page, None when it has no pixels."""
    images = root.findall("Image")
    pixels = images[0].find("Pixels") if images else None
    if pixels is None:
        return None
    pages, notes = _complete(_page_table(root, pixels, n_pages, n_samples))
    if len(images) > 1:
        notes.append(MORE_IMAGES.format(n=len(images)))
    channels = pixels.findall("Channel")
    y, x = (_length(pixels, "PhysicalSizeY"), _length(pixels, "PhysicalSizeX"))
    return OmeImage(
        pages=pages,
        channel_names=tuple(one.get("Name") or one.get("Fluor") for one in channels),
        channel_colors=tuple(_color(one.get("Color")) for one in channels),
        pixel_size_um=(y, x) if y and x else None,
        slice_step_um=_length(pixels, "PhysicalSizeZ"),
        frame_interval_s=_frame_interval(pixels),
        objective=_objective(root, images[0]),
        notes=tuple(notes),
    )


def _page_table(
    root: ElementTree.Element, pixels: ElementTree.Element, n_pages: int, n_samples: int
) -> NDArray[np.int64]:
    """Return (T, C, Z) page numbers, MISSING for planes that lie in other files."""
    n = {axis: int(pixels.get(f"Size{axis}", "1")) for axis in "TCZ"}
    n["C"] = max(1, n["C"] // n_samples)
    n_planes = n["T"] * n["C"] * n["Z"]
    if min(n.values()) < 1 or n_planes > 10 * (n_pages + 1000):
        raise UnreadableImage(SPLIT)
    order = [axis for axis in pixels.get("DimensionOrder", "XYZCT") if axis in "TCZ"]
    in_order = np.full([n[axis] for axis in reversed(order)], MISSING, np.int64).ravel()
    entries = pixels.findall("TiffData")
    if not entries:
        in_order[: min(n_planes, n_pages)] = np.arange(min(n_planes, n_pages))
    for entry in entries:
        if _is_elsewhere(root, entry):
            continue
        first = 0
        for axis in reversed(order):
            first = first * n[axis] + int(entry.get(f"First{axis}", "0"))
        page = int(entry.get("IFD", "0"))
        count = int(entry.get("PlaneCount", "1" if "IFD" in entry.attrib else str(n_planes)))
        count = max(0, min(count, n_planes - first, n_pages - page))
        in_order[first : first + count] = np.arange(page, page + count)
    table = in_order.reshape([n[axis] for axis in reversed(order)])
    return table.transpose([list(reversed(order)).index(axis) for axis in "TCZ"])


def _is_elsewhere(root: ElementTree.Element, entry: ElementTree.Element) -> bool:
    """Return whether a TiffData element speaks of another file."""
    uuid = entry.find("UUID")
    mine = root.get("UUID")
    return uuid is not None and mine is not None and (uuid.text or "").strip() != mine


def _complete(table: NDArray[np.int64]) -> tuple[NDArray[np.int64], list[str]]:
    """Return the part of the table without missing planes, if that is a whole block."""
    is_here = table != MISSING
    if is_here.all():
        return table, []
    if not is_here.any():
        raise UnreadableImage(SPLIT)
    t, c, z = (np.unique(indices) for indices in np.nonzero(is_here))
    block = table[np.ix_(t, c, z)]
    if (block == MISSING).any():
        raise UnreadableImage(SPLIT)
    return block, [PART]


def _length(pixels: ElementTree.Element, name: str) -> float | None:
    """Return a physical size in micrometers."""
    return to_micrometers(pixels.get(name), pixels.get(f"{name}Unit", "µm"))


def _frame_interval(pixels: ElementTree.Element) -> float | None:
    """Return the time between frames: as stated, or from the first to the last plane's time."""
    stated = seconds(pixels.get("TimeIncrement"), pixels.get("TimeIncrementUnit", "s"))
    if stated:
        return stated
    times = []
    for plane in pixels.findall("Plane"):
        if plane.get("TheC", "0") == "0" and plane.get("TheZ", "0") == "0":
            at = seconds(plane.get("DeltaT"), plane.get("DeltaTUnit", "s"))
            if at is not None:
                times.append((int(plane.get("TheT", "0")), at))
    if len(times) < 2:
        return None
    (first, first_at), (last, last_at) = min(times), max(times)
    return (last_at - first_at) / (last - first) if last_at > first_at and last > first else None


def _color(value: str | None) -> str | None:
    """Return "#rrggbb" of a signed 32 bit RGBA number."""
    if value is None:
        return None
    try:
        return f"#{(int(value) & 0xFFFFFFFF) >> 8:06x}"
    except ValueError:
        return None


def _objective(root: ElementTree.Element, image: ElementTree.Element) -> str | None:
    """Return the name of the image's objective, such as "Plan Apo 20×/0.75"."""
    settings = image.find("ObjectiveSettings")
    wanted = settings.get("ID") if settings is not None else None
    for one in root.iter("Objective"):
        if wanted is None or one.get("ID") == wanted:
            magnification = one.get("NominalMagnification") or one.get("CalibratedMagnification")
            power = f"{float(magnification):g}×" if magnification else ""
            if one.get("LensNA"):
                power += f"/{float(one.get('LensNA', '0')):g}"
            name = one.get("Model", "")
            return name if power and power.split("/")[0] in name else f"{name} {power}".strip()
    return None
