"""Microscope, camera and modality from OME-XML, ImageJ's notes and the tags of a TIFF."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element

from webapp.imaging.instrument import Instrument, modality, part

_MOST_LINES = 5_000
# The last word of a key in ImageJ's "Info", as Bio-Formats and Micro-Manager write them.
_MICROSCOPE = {"microscope", "microscope name", "microscope model"}
_CAMERA = {"camera", "camera name", "cameraname", "core-camera"}
_OBJECTIVE = {"objective", "objective name", "objectivename", "objective-label"}
_MODALITY = {"acquisitionmode", "acquisition mode", "contrastmethod", "modality"}


def ome_instrument(root: Element, image: Element) -> Instrument:
    """The instrument that an image of an OME-XML refers to, else the only one."""
    wanted = _id_of(image.find("InstrumentRef"))
    listed = root.findall("Instrument")
    chosen = [one for one in listed if one.get("ID") == wanted] or listed[:1]
    microscope = chosen[0].find("Microscope") if chosen else None
    channels = image.findall("Pixels/Channel")
    detectors = {_id_of(one.find("DetectorSettings")) for one in channels}
    cameras = [
        part(one.get("Manufacturer"), one.get("Model"))
        for one in (chosen[0].findall("Detector") if chosen else [])
        if one.get("ID") in detectors or detectors <= {None}
    ]
    words = [
        word for one in channels for word in (one.get("ContrastMethod"), one.get("AcquisitionMode"))
    ]
    return Instrument(
        microscope=_maker_and_model(microscope),
        camera=", ".join(dict.fromkeys(filter(None, cameras)))[:200],
        modality=modality(words),
    )


def imagej_instrument(metadata: dict[str, Any]) -> tuple[Instrument, str | None]:
    """What the lines "key = value" of ImageJ's "Info" say, and the objective."""
    found: dict[str, str] = {}
    for line in str(metadata.get("Info") or "").splitlines()[:_MOST_LINES]:
        key, is_line, value = line.partition("=")
        if is_line and value.strip():
            last = key.replace("|", " | ").split("|")[-1].split("#")[0].strip().lower()
            found.setdefault(last, value.strip())

    def first(keys: set[str]) -> str:
        return next((part(found[key]) for key in sorted(keys) if key in found), "")

    words = [found[key] for key in sorted(_MODALITY) if key in found]
    instrument = Instrument(first(_MICROSCOPE), first(_CAMERA), modality(words))
    return instrument, first(_OBJECTIVE) or None


def tag_instrument(page: Any) -> Instrument:
    """Make and model of a plain TIFF name what made the picture: the camera."""
    make, model = (page.tags.get(name) for name in ("Make", "Model"))
    return Instrument(camera=part(*(str(tag.value) for tag in (make, model) if tag is not None)))


def _maker_and_model(element: Element | None) -> str:
    return part(element.get("Manufacturer"), element.get("Model")) if element is not None else ""


def _id_of(element: Element | None) -> str | None:
    return element.get("ID") if element is not None else None
