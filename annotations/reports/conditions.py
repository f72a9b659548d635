"""What the document says by condition: a table and a plot in which every point is a well."""

from __future__ import annotations

from typing import Any

from annotations.reports.content import ReportContent, Well
from annotations.reports.plate_tables import WellValues, by_condition, mean_and_sd, wells_of
from annotations.reports.plots import axis
from annotations.reports.statistics import DatasetStatistics
from annotations.reports.tables import columns_of
from annotations.reports.wording import number

MOST_SHOWN = 60
MOST_IN_PLOT = 24
_SHOWN = ("n_cells", "confluency_percent", "density_per_mm2")
"""In the order of the table's columns."""


def conditions_data(content: ReportContent, statistics: DatasetStatistics) -> dict[str, Any] | None:
    """Rows and points of the conditions; None when no image shows a well."""
    measures = columns_of(content).measures
    if not measures:
        return None
    wells = wells_of(content, statistics, measures)
    groups = by_condition(wells)
    known = {one.name for one in measures}
    names = [name for name in _SHOWN if name in known]
    return {
        "n_wells": len(wells),
        "has_density": "density_per_mm2" in names,
        "rows": [_row(well, members, names) for well, members in groups[:MOST_SHOWN]],
        "n_not_shown": max(0, len(groups) - MOST_SHOWN),
        "plot": _plot(groups) if 1 < len(groups) <= MOST_IN_PLOT else None,
    }


def condition_words(well: Well) -> str:
    """ "Taxol 0.5 uM, HeLa", as the plate map says it."""
    dose = "" if well.dose is None else f"{well.dose:g} {well.unit}".strip()
    words = " ".join(part for part in (well.compound, dose) if part)
    return ", ".join(part for part in (words, well.line) if part) or "No condition said"


def _row(well: Well, members: list[WellValues], names: list[str]) -> dict[str, Any]:
    means = [one.means for one in members]
    return {
        "condition": condition_words(well),
        "control": {"negative": "negative control", "positive": "positive control"}.get(
            well.control, ""
        ),
        "n_wells": number(len(members)),
        "n_images": number(sum(len(one.images) for one in members)),
        "values": [_spread(*mean_and_sd(means, name)) for name in names],
    }


def _spread(mean: float | None, sd: float | None) -> str:
    return number(mean) if sd is None else f"{number(mean)} ± {number(sd)}"


def _plot(groups: list[tuple[Well, list[WellValues]]]) -> dict[str, Any]:
    """Cells in an image, a point a well, in the order of the table."""
    points = [
        [value for one in members if (value := one.means["n_cells"]) is not None]
        for _, members in groups
    ]
    highest = max((value for group in points for value in group), default=1.0)
    return {
        "points": points,
        "y_ticks": [
            {"at": tick, "text": number(round(tick))} for tick in axis(highest, whole=True)
        ],
    }
