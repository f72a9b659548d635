"""The OME-XML in an OME-TIFF: which page is which plane, and the physical facts.

Source: https://docs.openmicroscopy.org/ome-model/latest/ome-tiff/specification.html
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from xml.etree import ElementTree

import numpy as np
from numpy.typing import NDArray

from webapp.imaging.instrument import NOTHING_SAID, Instrument
from webapp.imaging.limits import UnreadableImage
from webapp.imaging.series import check_series, numbered
from webapp.imaging.tiff.instrument import ome_instrument
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
LEFT_OUT = "This file also describes {n} other images, whose planes are not all in it."


@dataclass(frozen=True)
class OmeImage:
    """One image of an OME-XML. `pages` is (T, C, Z): the page of each plane."""

    pages: NDArray[np.int64]
    channel_names: tuple[str | None, ...]
    channel_colors: tuple[str | None, ...]
    pixel_size_um: tuple[float, float] | None
    slice_step_um: float | None
    frame_interval_s: float | None
    objective: str | None
    notes: tuple[str, ...]
    n_series: int
    series_name: str
    instrument: Instrument = NOTHING_SAID


SamplesOfPage = Callable[[int], int]
"""How many samples a pixel of a page has, by the page's number."""


@dataclass(frozen=True)
class PagesHere:
    """The pages of the files that are here, counted through: `of` tells those of a TiffData."""

    n_pages: int
    of: Callable[[ElementTree.Element], tuple[int, int] | None]
    """The first page of the file that it speaks of and the one after its last; None elsewhere."""


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


def one_file(root: ElementTree.Element, n_pages: int) -> PagesHere:
    """Return where pages are when only the file with this description is here."""
    return PagesHere(n_pages, lambda one: None if _is_elsewhere(root, one) else (0, n_pages))


def files_of_images(root: ElementTree.Element) -> list[str]:
    """Return the files over which images with planes in this file are spread; [] when over none."""
    names: list[str] = []
    for pixels in root.iterfind("Image/Pixels"):
        entries = pixels.findall("TiffData")
        elsewhere = [_is_elsewhere(root, entry) for entry in entries]
        if any(elsewhere) and not all(elsewhere):
            names += [_file_name(entry) for entry in entries]
    return list(dict.fromkeys(name for name in names if name))


def files_of_description(root: ElementTree.Element) -> list[str]:
    """Return the names of all files that a description names."""
    names = [_file_name(entry) for entry in root.iterfind("Image/Pixels/TiffData")]
    return list(dict.fromkeys(name for name in names if name))


def companion_of(root: ElementTree.Element) -> str:
    """Return the name of the file that holds the description proper; "" when this one does."""
    found = root.find("BinaryOnly")
    said = found.get("MetadataFile", "") if found is not None else ""
    return said.replace("\\", "/").rpartition("/")[2]


def _file_name(entry: ElementTree.Element) -> str:
    """Return the name of the file that a TiffData speaks of, without folders; "" for none."""
    uuid = entry.find("UUID")
    said = uuid.get("FileName", "") if uuid is not None else ""
    return said.replace("\\", "/").rpartition("/")[2]


def several_files(places: dict[str, tuple[int, int]]) -> PagesHere:
    """Return where pages are when these files are here, by their names."""
    n_pages = max(end for _, end in places.values())
    return PagesHere(n_pages, lambda entry: places.get(_file_name(entry)))


def read_ome(
    root: ElementTree.Element,
    samples_of: SamplesOfPage,
    here: PagesHere,
    series: int = 0,
) -> OmeImage | None:
    """Return image number `series` of those whose files are here, None when none has pixels."""
    if root.find("Image/Pixels") is None:
        return None
    found, n_left_out = _images_here(root, samples_of, here)
    check_series(len(found), series)
    image, pages, notes = found[series]
    if n_left_out:
        notes.append(LEFT_OUT.format(n=n_left_out))
    pixels = image.find("Pixels")
    assert pixels is not None
    channels = pixels.findall("Channel")
    y, x = (_length(pixels, "PhysicalSizeY"), _length(pixels, "PhysicalSizeX"))
    return OmeImage(
        pages=pages,
        channel_names=tuple(one.get("Name") or one.get("Fluor") for one in channels),
        channel_colors=tuple(_color(one.get("Color")) for one in channels),
        pixel_size_um=(y, x) if y and x else None,
        slice_step_um=_length(pixels, "PhysicalSizeZ"),
        frame_interval_s=_frame_interval(pixels),
        objective=_objective(root, image),
        notes=tuple(notes),
        n_series=len(found),
        series_name=_series_name(image, series, len(found)),
        instrument=ome_instrument(root, image),
    )


def _images_here(
    root: ElementTree.Element, samples_of: SamplesOfPage, here: PagesHere
) -> tuple[list[tuple[ElementTree.Element, NDArray[np.int64], list[str]]], int]:
    """Return (image, pages, notes) of all with planes in this file, and how many have none.

    Raises what is wrong with the first one when there is no other.
    """
    found: list[tuple[ElementTree.Element, NDArray[np.int64], list[str]]] = []
    faults: list[UnreadableImage] = []
    for image in root.findall("Image"):
        pixels = image.find("Pixels")
        if pixels is None or (pixels.find("TiffData") is None and found):
            continue  # without a word on pages it can only be the first
        try:
            n_samples = samples_of(_first_page(pixels, here))
            pages, notes = _complete(_page_table(pixels, n_samples, here))
        except UnreadableImage as error:
            faults.append(error)
        else:
            found.append((image, pages, notes))
    if not found:
        raise faults[0]
    return found, len(faults)


def _first_page(pixels: ElementTree.Element, here: PagesHere) -> int:
    """Return the first page that an image names, 0 when it names none."""
    found = []
    for entry in pixels.findall("TiffData"):
        place = here.of(entry)
        page = int(entry.get("IFD", "0"))
        if place is not None and 0 <= page < place[1] - place[0]:
            found.append(place[0] + page)
    return min(found, default=0)


def _series_name(image: ElementTree.Element, series: int, n_series: int) -> str:
    """Return what an image of several is called, or its number."""
    if n_series == 1:
        return ""
    return (image.get("Name") or "").strip() or numbered("Image", series, n_series)


def _page_table(pixels: ElementTree.Element, n_samples: int, here: PagesHere) -> NDArray[np.int64]:
    """Return (T, C, Z) page numbers, MISSING for planes that lie in other files."""
    n = {axis: int(pixels.get(f"Size{axis}", "1")) for axis in "TCZ"}
    n["C"] = max(1, n["C"] // n_samples)
    n_planes = n["T"] * n["C"] * n["Z"]
    if min(n.values()) < 1 or n_planes > 10 * (here.n_pages + 1000):
        raise UnreadableImage(SPLIT)
    order = [axis for axis in pixels.get("DimensionOrder", "XYZCT") if axis in "TCZ"]
    in_order = np.full([n[axis] for axis in reversed(order)], MISSING, np.int64).ravel()
    entries = pixels.findall("TiffData")
    if not entries:
        n_told = min(n_planes, here.n_pages)
        in_order[:n_told] = np.arange(n_told)
    for entry in entries:
        place = here.of(entry)
        if place is None:
            continue
        first = 0
        for axis in reversed(order):
            first = first * n[axis] + int(entry.get(f"First{axis}", "0"))
        page = place[0] + int(entry.get("IFD", "0"))
        count = int(entry.get("PlaneCount", "1" if "IFD" in entry.attrib else str(n_planes)))
        count = max(0, min(count, n_planes - first, place[1] - page))
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
