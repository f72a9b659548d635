"""What a report pins of an image besides its masks: its well, its condition, what took it."""

from __future__ import annotations

from typing import Any

from webapp.models import AcquisitionSetup, Image, Well

_OF_SETUP = ("name", "site", "microscope", "objective", "camera", "modality")
_OF_WELL = ("compound", "dose", "unit", "line", "replicate", "control")


def described(image: Image) -> dict[str, Any]:
    """Well, site and setup as JSON; what an image has not is left out."""
    found: dict[str, Any] = {}
    if image.well is not None:
        found["well"] = _well(image.well)
        if image.site is not None:
            found["site"] = image.site
    if image.setup is not None:
        found["setup"] = _setup(image.setup)
    return found


def _well(well: Well) -> dict[str, Any]:
    said = {name: getattr(well, name) for name in _OF_WELL}
    known = {name: value for name, value in said.items() if value not in ("", None)}
    place = {"plate": well.plate.name, "name": str(well)}
    return place | known | ({"others": well.others} if well.others else {})


def _setup(setup: AcquisitionSetup) -> dict[str, Any]:
    said = {name: getattr(setup, name) for name in _OF_SETUP}
    return {name: value for name, value in said.items() if value}
