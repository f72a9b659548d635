"""Whole slides of Aperio scanners (.svs): a tiled TIFF whose first page is the scan.

The pages behind it are smaller copies, which are made anew here, and pictures of the label and of
the whole glass, which are not read: a label can name a patient. Source of the keys: the TIFF
description that the scanner writes, "Aperio ...|AppMag = 20|MPP = 0.499|...".
"""

from __future__ import annotations

from typing import Any

import numpy as np

from webapp.imaging.instrument import Instrument, part
from webapp.imaging.limits import UnreadableImage
from webapp.imaging.tiff.facts import Acquisition
from webapp.imaging.tiff.grid import Grid

APERIO = "Aperio"
SLIDE_FORMAT = "Aperio SVS"
NOT_READ = (
    "The smaller copies of this slide were made anew; the pictures of its label and its glass "
    "were not taken over."
)
NDPI = (
    "This is a slide of a Hamamatsu scanner (NDPI), which cannot be read here. Save it as "
    "OME-TIFF, for example with QuPath or bfconvert, and upload that."
)
_NDPI_TAG = 65420
_LARGEST_PIXEL_UM = 100.0


def is_aperio(page: Any) -> bool:
    """Whether the first page of a TIFF is the scan of an Aperio slide."""
    return bool(page.is_tiled) and str(page.description or "").startswith(APERIO)


def refuse_ndpi(page: Any) -> None:
    """Hamamatsu's slides look like TIFF but hold a plane as one JPEG of any size."""
    if _NDPI_TAG in page.tags:
        raise UnreadableImage(NDPI)


def scan_of(page: Any) -> Grid:
    """Return the grid of the scan alone."""
    return Grid([page], np.zeros((1, 1, 1), np.int64), notes=(NOT_READ,))


def aperio_acquisition(description: str) -> Acquisition:
    """Read pixel size, objective and scanner from the description; what is missing stays so."""
    facts = {
        key.strip(): value.strip()
        for key, is_fact, value in (one.partition("=") for one in description.split("|"))
        if is_fact
    }
    side = _number(facts.get("MPP"))
    magnification = _number(facts.get("AppMag"))
    scanner = part(APERIO, facts.get("ScannerType") or facts.get("ScanScope ID"))
    return Acquisition(
        pixel_size_um=(side, side) if side and side < _LARGEST_PIXEL_UM else None,
        instrument=Instrument(microscope=scanner, modality="Bright field"),
        objective=f"{magnification:g}x" if magnification else None,
    )


def _number(word: str | None) -> float | None:
    """A positive number, or None."""
    try:
        number = float(word or "")
    except ValueError:
        return None
    return number if 0 < number < float("inf") else None
