"""What a plate can be colored by: counts of its images now, and what higher apps measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from webapp import events
from webapp.models import Dataset, Image

Place = tuple[str, str]
"""The name of a plate and of a well, such as ("P1", "B03")."""
CELLS_NOW = "cells"


@dataclass(frozen=True)
class PlateNumber:
    """One number of every well that has it: the mean of the well's images."""

    name: str
    title: str
    unit: str
    values: Mapping[Place, float]
    source: str = ""
    """Which report measured it; empty for what is counted now."""


def plate_numbers(dataset: Dataset) -> list[PlateNumber]:
    """Cells in an image as they are now, then what listeners of `plate.numbers` append."""
    numbers = [PlateNumber(CELLS_NOW, "Cells in an image", "", _cells_now(dataset))]
    events.announce("plate.numbers", dataset=dataset, numbers=numbers)
    return numbers


def _cells_now(dataset: Dataset) -> dict[Place, float]:
    """The mean count of the images that are neither in the trash nor left out of results."""
    rows = Image.objects.filter(
        dataset=dataset, deleted_at=None, exclusion=None, n_cells__isnull=False, well__isnull=False
    ).select_related("well__plate")
    counts: dict[Place, list[int]] = {}
    for image in rows.only("n_cells", "well__row", "well__column", "well__plate__name"):
        if image.well is not None and image.n_cells is not None:
            counts.setdefault((image.well.plate.name, str(image.well)), []).append(image.n_cells)
    return {place: sum(found) / len(found) for place, found in counts.items()}
