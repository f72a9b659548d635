"""The tables of a report: a row per cell, per plane, one for the dataset, and what it all means."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from annotations.labels.definitions import (
    CONFIDENCE,
    OBJECT_DEFINITIONS,
    Definition,
    channel_definitions,
)
from annotations.labels.measure import PlaneSummary, Table
from annotations.reports.content import ReportContent, ReportImage

TABLE_VERSION = 1
"""Raised when a column is renamed or changes its meaning."""

_ORIGIN = (
    Definition("image_id", "", "Id of the image; stable, part of its address."),
    Definition("image_name", "", "Name of the image in the project."),
    Definition("t", "", "Frame, from 0."),
    Definition("z", "", "Slice, from 0."),
)
_EVIDENCE = (
    Definition("annotation_version", "", "Version of the annotation that was measured."),
    Definition(
        "label_digest",
        "",
        "SHA-256 of that version's labels: T, Z, Y, X as little-endian 64-bit numbers, then all "
        "labels as little-endian 32-bit numbers, row by row.",
    ),
)
_PLANE = (
    Definition("image_url", "", "Where the image and exactly these labels can be seen."),
    Definition("state", "", "State of the annotation when the report was made."),
    Definition("approved_by", "", "Who approved this version; several names are joined by ;."),
    Definition("approved_at", "", "When it was last approved, UTC."),
    Definition("image_digest", "", "SHA-256 of the original image file."),
    Definition("method", "", "Segmentation method that the annotation started from."),
    Definition("weights_digest", "", "SHA-256 of that method's weights."),
    Definition("n_edits", "", "Corrections by people since the segmentation."),
    Definition("pixel_size_y_um", "µm", "Height of a pixel; empty when unknown."),
    Definition("pixel_size_x_um", "µm", "Width of a pixel; empty when unknown."),
    Definition("n_cells", "", "Objects in the plane, those at the edge included."),
    Definition("n_cells_touching_edge", "", "Objects with a pixel on the edge of the plane."),
    Definition("plane_area_px", "px²", "Pixels of the plane."),
    Definition("plane_area_mm2", "mm²", "Area of the plane."),
    Definition("cell_area_px", "px²", "Pixels that belong to an object."),
    Definition("confluency_percent", "%", "100 cell_area_px / plane_area_px."),
    Definition("density_per_mm2", "1/mm²", "n_cells / plane_area_mm2."),
)
_DATASET = (
    Definition("table_version", "", "Raised when a column changes its name or meaning."),
    Definition("project", "", "Name of the project."),
    Definition("dataset", "", "Name of the dataset."),
    Definition("created_at", "", "When the report was made, UTC."),
    Definition("requested_by", "", "Who asked for the report."),
    Definition("n_images", "", "Images in the report."),
    Definition("n_images_approved", "", "Those of them that were approved."),
    Definition("n_images_excluded", "", "Images left out, each with a reason."),
    Definition("n_planes", "", "Planes (frames times slices) in the report."),
    Definition("n_planes_without_cells", "", "Those of them with 0 cells."),
    Definition("n_cells", "", "Objects in all planes; one seen in two planes counts twice."),
    Definition("cells_per_plane_mean", "", "Mean of n_cells over the planes."),
    Definition("cells_per_plane_sd", "", "Its standard deviation between planes (n - 1)."),
    Definition("confluency_percent_mean", "%", "Mean of confluency_percent over the planes."),
    Definition("density_per_mm2_mean", "1/mm²", "Mean of density_per_mm2 where it is known."),
    Definition("area_px_median", "px²", "Median area_px of all cells."),
    Definition("area_um2_median", "µm²", "Median area_um2 where it is known."),
    Definition("audit_head", "", "Newest hash of the project's audit chain."),
)


@dataclass(frozen=True)
class Columns:
    """The columns of the tables of one report, which depend on its images."""

    cells: tuple[Definition, ...]
    planes: tuple[Definition, ...]
    dataset: tuple[Definition, ...]


def columns_of(content: ReportContent) -> Columns:
    """The columns of a report: those in micrometers only where an image has a pixel size."""
    has_pixel_size = any(image.pixel_size_um is not None for image in content.images)
    measured = [
        definition
        for definition in OBJECT_DEFINITIONS
        if has_pixel_size or definition.unit not in ("µm", "µm²")
    ]
    for number, name in _channel_names(content):
        measured += channel_definitions(number, name)
    label, *others = measured
    return Columns(
        cells=(*_ORIGIN, label, *_EVIDENCE, CONFIDENCE, *others),
        planes=(*_ORIGIN, *_EVIDENCE, *_PLANE, *_median_definitions(measured)),
        dataset=_DATASET,
    )


def cell_rows(image: ReportImage, t: int, z: int, table: Table) -> Iterator[dict[str, Any]]:
    """The rows of cells.csv for one measured plane."""
    origin = _origin(image, t, z)
    for values in zip(*table.values(), strict=True):
        row = dict(zip(table, values, strict=True))
        yield origin | row | {"confidence": image.confidences.get(int(row["label"]))}


def plane_row(image: ReportImage, t: int, z: int, summary: PlaneSummary) -> dict[str, Any]:
    """The row of images.csv for one plane; there is one for an empty plane too."""
    manifest = image.segmentation or {}
    weights = manifest.get("weights") or {}
    size_y, size_x = image.pixel_size_um or (None, None)
    row = _origin(image, t, z) | {
        "image_url": image.url,
        "state": image.state,
        "approved_by": "; ".join(approval.name for approval in image.approvals),
        "approved_at": max((item.approved_at for item in image.approvals), default=None),
        "image_digest": image.image_digest,
        "method": manifest.get("method"),
        "weights_digest": weights.get("digest") if isinstance(weights, dict) else str(weights),
        "n_edits": image.n_edits,
        "pixel_size_y_um": size_y,
        "pixel_size_x_um": size_x,
        "n_cells": summary.n_cells,
        "n_cells_touching_edge": summary.n_cells_touching_edge,
        "plane_area_px": summary.plane_area_px,
        "plane_area_mm2": summary.plane_area_mm2,
        "cell_area_px": summary.cell_area_px,
        "confluency_percent": summary.confluency_percent,
        "density_per_mm2": summary.density_per_mm2,
    }
    return row | {f"median_{name}": value for name, value in summary.medians.items()}


def dictionary_rows(columns: Columns) -> Iterator[dict[str, str]]:
    """The rows of data_dictionary.csv: file, column, unit, meaning."""
    files = (
        ("cells.csv", columns.cells),
        ("images.csv", columns.planes),
        ("dataset.csv", columns.dataset),
    )
    for file, definitions in files:
        for definition in definitions:
            yield {
                "file": file,
                "column": definition.name,
                "unit": definition.unit,
                "meaning": definition.meaning,
            }


def _origin(image: ReportImage, t: int, z: int) -> dict[str, Any]:
    return {
        "image_id": image.id,
        "image_name": image.name,
        "t": t,
        "z": z,
        "annotation_version": image.version,
        "label_digest": image.label_digest,
    }


def _channel_names(content: ReportContent) -> Iterator[tuple[int, str]]:
    """Each channel number with the names it has, in the order of the images."""
    n_channels = max((len(image.channels) for image in content.images), default=0)
    for number in range(1, n_channels + 1):
        names = dict.fromkeys(
            image.channels[number - 1].name
            for image in content.images
            if len(image.channels) >= number
        )
        yield number, " or ".join(names)


def _median_definitions(measured: list[Definition]) -> Iterator[Definition]:
    wanted = ("area_um2", "area_px", "eccentricity", "solidity", "circularity")
    for definition in measured:
        is_mean = definition.name.startswith("channel_") and definition.name.endswith("_mean")
        if definition.name in wanted or is_mean:
            meaning = f"Median of {definition.name} over the cells of the plane."
            yield Definition(f"median_{definition.name}", definition.unit, meaning)
