"""The parts of a microscope as files name them, in words that are the same for all makers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

LONGEST_PART = 200

_MODALITIES = {
    "widefield": "Widefield",
    "widefieldfluorescence": "Widefield fluorescence",
    "laserscanningconfocalmicroscopy": "Laser scanning confocal",
    "laserscanningconfocal": "Laser scanning confocal",
    "laserscanconfocal": "Laser scanning confocal",
    "confocal": "Confocal",
    "spinningdiskconfocal": "Spinning disk confocal",
    "spinningdisk": "Spinning disk confocal",
    "slitscanconfocal": "Slit scan confocal",
    "multiphotonmicroscopy": "Multiphoton",
    "multiphoton": "Multiphoton",
    "structuredillumination": "Structured illumination",
    "totalinternalreflection": "TIRF",
    "tirf": "TIRF",
    "spim": "Light sheet",
    "lightsheet": "Light sheet",
    "stochasticopticalreconstruction": "Localization",
    "stimulatedemissiondepletion": "STED",
    "fluorescence": "Fluorescence",
    "fluo": "Fluorescence",
    "epifluorescence": "Fluorescence",
    "brightfield": "Bright field",
    "bf": "Bright field",
    "phase": "Phase contrast",
    "phasecontrast": "Phase contrast",
    "ph": "Phase contrast",
    "dic": "DIC",
    "hoffmanmodulation": "Hoffman modulation",
    "darkfield": "Dark field",
    "polarizedlight": "Polarized light",
}
_NOT_SAID = {"", "other", "unknown", "none", "unspecified", "undefined", "notspecified"}


@dataclass(frozen=True)
class Instrument:
    """What took an image, apart from the objective; "" for what the file does not say."""

    microscope: str = ""
    camera: str = ""
    modality: str = ""


NOTHING_SAID = Instrument()


def part(*words: str | None) -> str:
    """One name from maker and model: the maker is left out where the model begins with it."""
    kept: list[str] = []
    for word in words:
        plain = " ".join((word or "").split())
        if plain.lower() in _NOT_SAID:
            continue
        if kept and plain.lower().startswith(kept[-1].lower()):
            kept.pop()
        kept.append(plain)
    return " ".join(kept)[:LONGEST_PART]


def modality(words: Iterable[str | None]) -> str:
    """The modality in one word for each that the channels name, in their order.

    Words that are not known here stay as they are. A plain "Widefield" says nothing beside
    a contrast.
    """
    found = []
    for word in words:
        plain = " ".join((word or "").split())
        key = "".join(letter for letter in plain.lower() if letter.isalnum())
        if key not in _NOT_SAID:
            found.append(_MODALITIES.get(key, plain))
    unique = list(dict.fromkeys(found))
    if len(unique) > 1 and "Widefield" in unique:
        unique.remove("Widefield")
    return ", ".join(unique)[:LONGEST_PART]
