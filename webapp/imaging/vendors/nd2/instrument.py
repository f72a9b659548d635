"""Microscope, camera and modality in the notes of an ND2, lines such as "Camera Name: Zyla".

Source: the notes as the library nd2 by Talley Lambert (BSD-3) hands them out.
"""

from __future__ import annotations

import re

from webapp.imaging.instrument import Instrument, modality, part
from webapp.imaging.vendors.nd2.variants import Tree, items

_LINE = re.compile(r"^\s*(?:Microscope Settings:\s*)?(Camera Name|Microscope|Modality)\s*:(.*)$")


def instrument_of(notes: Tree) -> Instrument:
    """Return the first of each that the notes name; modalities of all channels."""
    found: dict[str, list[str]] = {}
    for text in items(notes):
        for line in text.splitlines() if isinstance(text, str) else ():
            match = _LINE.match(line)
            if match:
                found.setdefault(match[1], []).append(match[2])
    return Instrument(
        microscope=part(*found.get("Microscope", [])[:1]),
        camera=part(*(name.split(", SN:")[0] for name in found.get("Camera Name", [])[:1])),
        modality=modality(found.get("Modality", [])),
    )
