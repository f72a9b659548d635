"""Wells and conditions of a report: a row a well over its images, a row a condition over its wells.

The unit is never the cell: an image has one value (the mean of its planes), a well the mean of its
images, a condition the mean of its wells, and every standard deviation says between what it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isnan
from statistics import fmean, stdev
from typing import Any

from annotations.labels.definitions import Definition
from annotations.reports.content import ReportContent, ReportImage, Well
from annotations.reports.statistics import DatasetStatistics

Values = dict[str, float | None]
_MEASURES = ("n_cells", "density_per_mm2", "confluency_percent")

PLACE = (
    Definition("plate", "", "Name of the plate; empty where the files name none."),
    Definition("well", "", "Well of the plate, such as B03."),
)
SITE = Definition("site", "", "Number of the site in the well, as the name of the file says it.")
CONDITION = (
    Definition("compound", "", "What is in the well, as the plate map says it."),
    Definition("dose", "dose_unit", "How much of it."),
    Definition("dose_unit", "", "The unit of dose."),
    Definition("line", "", "Cell line in the well."),
)
CONTROL = Definition("control", "", "negative or positive; empty for a well that is no control.")
REPLICATE = Definition("replicate", "", "Number of the replicate.")
OF_IMAGE = (*PLACE, SITE, *CONDITION, REPLICATE, CONTROL)
"""The columns that the tables of cells and images have where any image has a well."""


@dataclass(frozen=True)
class WellValues:
    """A well with the values of its images, and the mean of each."""

    well: Well
    images: tuple[Values, ...]
    n_approved: int
    n_cells: int

    @property
    def means(self) -> Values:
        """The value of the well."""
        return {name: _mean(_known(self.images, name)) for name in self.images[0]}


def has_wells(content: ReportContent) -> bool:
    """Whether any image of the report shows a well."""
    return any(image.well is not None for image in content.images)


def of_image(image: ReportImage) -> dict[str, Any]:
    """The values of the columns `OF_IMAGE`; nothing for an image without a well."""
    if image.well is None:
        return {}
    well = image.well
    return {"site": image.site, "replicate": well.replicate, **_place(well), **_condition(well)}


def well_columns(measures: Sequence[Definition]) -> tuple[Definition, ...]:
    """The columns of wells.csv; ``measures`` are columns of images.csv."""
    return (
        *PLACE,
        *CONDITION,
        REPLICATE,
        CONTROL,
        Definition("n_images", "", "Measured images of the well."),
        Definition("n_images_approved", "", "Those of them that were approved."),
        Definition("n_cells_sum", "", "Objects in all planes of these images."),
        *_spreads(measures, "images", "the images of the well"),
    )


def condition_columns(measures: Sequence[Definition]) -> tuple[Definition, ...]:
    """The columns of conditions.csv."""
    return (
        *CONDITION,
        CONTROL,
        Definition("n_wells", "", "Wells with this condition; the n of all its statistics."),
        Definition("n_images", "", "Measured images in them."),
        Definition("n_cells_sum", "", "Objects in all planes of these images."),
        *_spreads(measures, "wells", "the wells, each with the mean of its images"),
    )


def measures_of(columns: Sequence[Definition]) -> list[Definition]:
    """The columns of images.csv that are worth a mean over images."""
    return [one for one in columns if one.name in _MEASURES or one.name.startswith("median_")]


def wells_of(
    content: ReportContent, statistics: DatasetStatistics, measures: Sequence[Definition]
) -> list[WellValues]:
    """The wells with their images' values, by plate and place."""
    values = _values_of_images(content, statistics, [one.name for one in measures])
    n_cells: Counter[int] = Counter()
    for summary, number in zip(statistics.summaries, statistics.image_of_plane, strict=True):
        n_cells[number] += summary.n_cells
    grouped: dict[tuple[str, str], list[int]] = {}
    for number, image in enumerate(content.images):
        if image.well is not None:
            grouped.setdefault((image.well.plate, image.well.name), []).append(number)
    return [
        WellValues(
            well=_well(content, numbers),
            images=tuple(values[number] for number in numbers),
            n_approved=sum(content.images[number].is_approved for number in numbers),
            n_cells=sum(n_cells[number] for number in numbers),
        )
        for _, numbers in sorted(grouped.items())
    ]


def by_condition(wells: Sequence[WellValues]) -> list[tuple[Well, list[WellValues]]]:
    """Wells with the same compound, dose, unit, line and control together; controls first."""
    grouped: dict[tuple[object, ...], list[WellValues]] = {}
    for one in wells:
        grouped.setdefault(tuple(_condition(one.well).values()), []).append(one)
    groups = [(members[0].well, members) for members in grouped.values()]
    return sorted(groups, key=lambda group: _order(group[0]))


def well_rows(wells: Sequence[WellValues]) -> Iterator[dict[str, Any]]:
    """The rows of wells.csv."""
    for one in wells:
        yield {
            **_place(one.well),
            **_condition(one.well),
            "replicate": one.well.replicate,
            "n_images": len(one.images),
            "n_images_approved": one.n_approved,
            "n_cells_sum": one.n_cells,
            **_spread_values(one.images),
        }


def condition_rows(wells: Sequence[WellValues]) -> Iterator[dict[str, Any]]:
    """The rows of conditions.csv."""
    for well, members in by_condition(wells):
        yield {
            **_condition(well),
            "n_wells": len(members),
            "n_images": sum(len(one.images) for one in members),
            "n_cells_sum": sum(one.n_cells for one in members),
            **_spread_values([one.means for one in members]),
        }


def mean_and_sd(rows: Sequence[Values], name: str) -> tuple[float | None, float | None]:
    """Mean and standard deviation (n - 1) of what is known; no deviation of a single value."""
    known = _known(rows, name)
    return _mean(known), stdev(known) if len(known) > 1 else None


def _values_of_images(
    content: ReportContent, statistics: DatasetStatistics, names: Sequence[str]
) -> list[Values]:
    """One value a measure and image: the mean of its planes."""
    planes: list[list[Values]] = [[] for _ in content.images]
    for summary, number in zip(statistics.summaries, statistics.image_of_plane, strict=True):
        medians = {f"median_{name}": value for name, value in summary.medians.items()}
        row: Values = {name: medians.get(name) for name in names}
        row |= {name: getattr(summary, name) for name in names if name in _MEASURES}
        planes[number].append(row)
    return [{name: _mean(_known(rows, name)) for name in names} for rows in planes]


def _well(content: ReportContent, numbers: Sequence[int]) -> Well:
    well = content.images[numbers[0]].well
    assert well is not None
    return well


def _place(well: Well) -> dict[str, Any]:
    return {"plate": well.plate, "well": well.name}


def _condition(well: Well) -> dict[str, Any]:
    return {
        "compound": well.compound,
        "dose": well.dose,
        "dose_unit": well.unit,
        "line": well.line,
        "control": well.control,
    }


def _order(well: Well) -> tuple[object, ...]:
    control = ("negative", "positive", "").index(well.control)
    return control, well.line, well.compound, well.unit, well.dose is not None, well.dose or 0.0


def _spreads(measures: Sequence[Definition], of: str, what: str) -> Iterator[Definition]:
    for one in measures:
        yield Definition(f"{one.name}_mean", one.unit, f"Mean of {one.name} over {what}.")
        meaning = f"Its standard deviation between {of} (n - 1); empty for a single one."
        yield Definition(f"{one.name}_sd", one.unit, meaning)


def _spread_values(rows: Sequence[Values]) -> Values:
    found: Values = {}
    for name in rows[0]:
        found[f"{name}_mean"], found[f"{name}_sd"] = mean_and_sd(rows, name)
    return found


def _known(rows: Sequence[Values], name: str) -> list[float]:
    values = (row.get(name) for row in rows)
    return [float(value) for value in values if value is not None and not isnan(value)]


def _mean(known: Sequence[float]) -> float | None:
    return fmean(known) if known else None
