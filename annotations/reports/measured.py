"""One measured plane of a report: what is counted, and what people set aside."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from annotations.labels.marks import Region
from annotations.labels.measure import (
    PlaneSummary,
    SetAside,
    Table,
    measure_plane,
    summarize_plane,
)
from annotations.labels.patch import BoundingBox
from annotations.labels.regions import box_of, covered_by, inside_of, region_of_cells
from annotations.reports.content import ReportImage


@dataclass(frozen=True)
class IgnoredRegion:
    """A region of a plane that is set aside, and how many cells it took out of the numbers."""

    id: str
    region: Region
    n_cells: int
    area_px: int
    bbox: BoundingBox


@dataclass(frozen=True)
class MeasuredPlane:
    """The table of the cells that count, its summary, and the regions of the plane."""

    table: Table
    summary: PlaneSummary
    ignored: tuple[IgnoredRegion, ...]
    largest_label: int
    """Of all cells, also those that are ignored."""


def measured(image: ReportImage, t: int, z: int) -> MeasuredPlane:
    """Measure a plane; cells whose centroid lies in a region to ignore are left out."""
    labels = image.read_labels(t, z)
    everything = measure_plane(labels, image.read_intensities(t, z), image.pixel_size_um)
    largest = int(everything["label"].max(initial=0))
    here = {key: region for key, region in image.ignored.items() if (region.t, region.z) == (t, z)}
    if not here:
        summary = summarize_plane(everything, image.shape[3:], image.pixel_size_um)
        return MeasuredPlane(everything, summary, (), largest)
    polygons = [region.points for region in here.values()]
    owner = region_of_cells(everything, polygons)
    table = {name: values[owner == -1] for name, values in everything.items()}
    covered = covered_by(polygons, labels.shape)
    set_aside = SetAside(
        area_px=int(covered.sum()),
        cell_area_px=int(np.isin(labels[covered], table["label"]).sum()),
    )
    summary = summarize_plane(table, image.shape[3:], image.pixel_size_um, set_aside)
    ignored = tuple(
        _ignored(key, region, int((owner == number).sum()), labels.shape)
        for number, (key, region) in enumerate(here.items())
    )
    return MeasuredPlane(table, summary, ignored, largest)


def _ignored(key: str, region: Region, n_cells: int, shape: tuple[int, ...]) -> IgnoredRegion:
    box = box_of(region.points, shape)
    area = int(inside_of(region.points, box).sum())
    return IgnoredRegion(key, region, n_cells, area, box)
