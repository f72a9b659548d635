"""Which numbers of a report its page shows, in which words and units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Number:
    """One number of the dataset with the words under it."""

    value: float
    unit: str
    words: str


# The name in dataset.csv, its unit, and the words of the page, most important first.
SHOWN = (
    ("n_cells", "", "cells"),
    ("n_images", "", "images"),
    ("n_images_approved", "", "of them approved"),
    ("n_images_excluded", "", "left out"),
    ("n_planes_without_cells", "", "planes without cells"),
    ("n_cells_ambiguous", "", "cells are ambiguous"),
    ("n_cells_ignored", "", "more in ignored regions"),
    ("cells_per_plane_mean", "", "cells per plane, mean"),
    ("cells_per_plane_sd", "", "its standard deviation"),
    ("area_um2_median", "µm²", "area of a cell, median"),
    ("area_px_median", "px²", "area of a cell, median"),
    ("density_per_mm2_mean", "/mm²", "cells, mean of the planes"),
    ("confluency_percent_mean", "%", "covered by cells, mean"),
)


def shown_numbers(summary: Mapping[str, Any]) -> list[Number]:
    """The numbers that this report has; an area in pixels only where no other is known.

    What nobody marked is not counted in front of everybody.
    """
    hidden = {name for name in ("n_cells_ambiguous", "n_cells_ignored") if not summary.get(name)}
    if summary.get("area_um2_median") is not None:
        hidden.add("area_px_median")
    return [
        Number(summary[name], unit, words)
        for name, unit, words in SHOWN
        if name not in hidden and isinstance(summary.get(name), int | float)
    ]
