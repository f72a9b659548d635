"""The tables of a report: a row per cell, per plane, one for the dataset, and what it all means."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from annotations.labels.cell_state import AMBIGUOUS
from annotations.labels.definitions import (
    CLASS,
    CONFIDENCE,
    OBJECT_DEFINITIONS,
    ORIGIN,
    STATE,
    Definition,
    channel_definitions,
)
from annotations.labels.measure import Table
from annotations.reports import plate_tables
from annotations.reports.content import CellRecord, ReportContent, ReportImage
from annotations.reports.measured import MeasuredPlane

TABLE_VERSION = 3
"""Raised when a column is renamed or changes its meaning.

2: cells have a class, a state and an origin; what lies in regions to ignore is left out, and
density and confluency are those of the rest of the plane.
3: where images have wells, every row names well and condition, and there are wells.csv and
conditions.csv; the setup of an image is named; no table has a column in micrometers when no image
has a pixel size.
"""

_METRIC = ("µm", "µm²", "mm²", "1/mm²")
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
    Definition(
        "n_cells",
        "",
        "Objects in the plane, those at the edge and ambiguous ones included, without those in "
        "regions to ignore.",
    ),
    Definition("n_cells_touching_edge", "", "Objects with a pixel on the edge of the plane."),
    Definition("n_cells_ambiguous", "", "Objects that a person marked as ambiguous."),
    Definition("n_ignored_regions", "", "Regions that people set aside in the plane."),
    Definition("n_cells_ignored", "", "Objects whose centroid lies in them; they are left out."),
    Definition("ignored_area_px", "px²", "Pixels whose centre lies in them."),
    Definition("plane_area_px", "px²", "Pixels of the plane."),
    Definition("plane_area_mm2", "mm²", "Area of the plane."),
    Definition("cell_area_px", "px²", "Pixels of the objects that n_cells counts."),
    Definition(
        "confluency_percent",
        "%",
        "100 times the share of the plane outside regions to ignore that lies in those objects; "
        "empty when nothing of the plane is left.",
    ),
    Definition(
        "density_per_mm2", "1/mm²", "n_cells by the area of the plane outside regions to ignore."
    ),
)
_SETUP = (
    Definition("setup", "", "Acquisition setup of the image, by its name."),
    Definition("microscope", "", "Its microscope."),
    Definition("objective", "", "Its objective."),
    Definition("camera", "", "Its camera."),
    Definition("modality", "", "How it makes contrast."),
)
_REGION = (
    Definition("region", "", "Id of the region; stable."),
    Definition("n_cells_ignored", "", "Objects whose centroid lies in it, and in none before it."),
    Definition("area_px", "px²", "Pixels whose centre lies in it."),
    Definition("bbox_y0", "px", "First row of its box."),
    Definition("bbox_x0", "px", "First column of its box."),
    Definition("bbox_y1", "px", "Row after the last row of its box."),
    Definition("bbox_x1", "px", "Column after the last column of its box."),
    Definition("corners", "px", "Its corners as y x, joined by ;."),
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
    Definition("n_cells_ambiguous", "", "Those of them that a person marked as ambiguous."),
    Definition("n_ignored_regions", "", "Regions that people set aside."),
    Definition("n_cells_ignored", "", "Objects in these regions; no other number counts them."),
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
    regions: tuple[Definition, ...]
    dataset: tuple[Definition, ...]
    wells: tuple[Definition, ...] = ()
    conditions: tuple[Definition, ...] = ()
    measures: tuple[Definition, ...] = ()
    """Those columns of images.csv that wells.csv and conditions.csv have the mean of."""


def columns_of(content: ReportContent) -> Columns:
    """The columns of a report: those in micrometers only where an image has a pixel size.

    Those of wells and setups only where an image has one.
    """
    has_pixel_size = any(image.pixel_size_um is not None for image in content.images)

    def known(definitions: Sequence[Definition]) -> list[Definition]:
        return [one for one in definitions if has_pixel_size or one.unit not in _METRIC]

    measured = known(OBJECT_DEFINITIONS)
    for number, name in _channel_names(content):
        measured += channel_definitions(number, name)
    label, *others = measured
    wells = plate_tables.OF_IMAGE if plate_tables.has_wells(content) else ()
    setups = _SETUP if any(image.setup is not None for image in content.images) else ()
    planes = (
        *(*_ORIGIN, *wells, *_EVIDENCE, *setups, *known(_PLANE)),
        *_class_definitions(content.class_names),
        *_median_definitions(measured),
    )
    measures = tuple(plate_tables.measures_of(planes)) if wells else ()
    return Columns(
        cells=(*_ORIGIN, *wells, label, CLASS, STATE, ORIGIN, *_EVIDENCE, CONFIDENCE, *others),
        planes=planes,
        regions=(*_ORIGIN, *_EVIDENCE, *_REGION),
        dataset=tuple(known(_DATASET)),
        wells=plate_tables.well_columns(measures) if wells else (),
        conditions=plate_tables.condition_columns(measures) if wells else (),
        measures=measures,
    )


def cell_rows(
    image: ReportImage, t: int, z: int, table: Table, records: Sequence[CellRecord]
) -> Iterator[dict[str, Any]]:
    """The rows of cells.csv for one measured plane; a record for every row of the table."""
    origin = _origin(image, t, z) | plate_tables.of_image(image)
    for record, *values in zip(records, *table.values(), strict=True):
        row = dict(zip(table, values, strict=True))
        yield (
            origin
            | row
            | {"class": record.class_name, "state": record.state, "origin": record.origin}
            | {"confidence": image.confidences.get(int(row["label"]))}
        )


def kinds(records: Sequence[CellRecord], class_names: Sequence[str]) -> dict[str, int]:
    """How many cells are ambiguous, have no class, and have each class: columns of images.csv."""
    counts = Counter(record.class_name for record in records)
    of_class = {f"class_{n}_n_cells": counts[name] for n, name in enumerate(class_names, 1)}
    if class_names:
        of_class["no_class_n_cells"] = len(records) - sum(of_class.values())
    return {
        "n_cells_ambiguous": sum(record.state == AMBIGUOUS for record in records),
        **of_class,
    }


def region_rows(image: ReportImage, plane: MeasuredPlane) -> Iterator[dict[str, Any]]:
    """The rows of ignored_regions.csv for one measured plane."""
    for item in plane.ignored:
        y0, x0, y1, x1 = item.bbox
        yield _origin(image, item.region.t, item.region.z) | {
            "region": item.id,
            "n_cells_ignored": item.n_cells,
            "area_px": item.area_px,
            **{"bbox_y0": y0, "bbox_x0": x0, "bbox_y1": y1, "bbox_x1": x1},
            "corners": "; ".join(f"{y:g} {x:g}" for y, x in item.region.points),
        }


def plane_row(
    image: ReportImage, t: int, z: int, plane: MeasuredPlane, counts: dict[str, int]
) -> dict[str, Any]:
    """The row of images.csv for one plane; there is one for an empty plane too.

    ``counts`` are those of `kinds`.
    """
    summary = plane.summary
    manifest = image.segmentation or {}
    weights = manifest.get("weights") or {}
    row = (
        _origin(image, t, z)
        | plate_tables.of_image(image)
        | _setup_of(image)
        | {
            "image_url": image.url,
            "state": image.state,
            "approved_by": "; ".join(approval.name for approval in image.approvals),
            "approved_at": max((item.approved_at for item in image.approvals), default=None),
            "image_digest": image.image_digest,
            "method": manifest.get("method"),
            "weights_digest": weights.get("digest") if isinstance(weights, dict) else str(weights),
            "n_edits": image.n_edits,
            "n_cells": summary.n_cells,
            "n_cells_touching_edge": summary.n_cells_touching_edge,
            "n_ignored_regions": len(plane.ignored),
            "n_cells_ignored": sum(item.n_cells for item in plane.ignored),
            "ignored_area_px": summary.ignored_area_px,
            "plane_area_px": summary.plane_area_px,
            "cell_area_px": summary.cell_area_px,
            "confluency_percent": summary.confluency_percent,
        }
    )
    if image.pixel_size_um is not None:
        row |= {
            "pixel_size_y_um": image.pixel_size_um[0],
            "pixel_size_x_um": image.pixel_size_um[1],
            "plane_area_mm2": summary.plane_area_mm2,
            "density_per_mm2": summary.density_per_mm2,
        }
    return row | counts | {f"median_{name}": value for name, value in summary.medians.items()}


def dictionary_rows(columns: Columns) -> Iterator[dict[str, str]]:
    """The rows of data_dictionary.csv: file, column, unit, meaning."""
    files = (
        ("cells.csv", columns.cells),
        ("images.csv", columns.planes),
        ("wells.csv", columns.wells),
        ("conditions.csv", columns.conditions),
        ("ignored_regions.csv", columns.regions),
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


def _setup_of(image: ReportImage) -> dict[str, Any]:
    """What took an image; nothing where nobody said."""
    if image.setup is None:
        return {}
    known = {one.name: getattr(image.setup, one.name) for one in _SETUP[1:]}
    return {"setup": image.setup.name, **known}


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


def _class_definitions(class_names: Sequence[str]) -> Iterator[Definition]:
    """A count for every class, numbered as channels are: its name is in the meaning."""
    for number, name in enumerate(class_names, 1):
        meaning = f"Objects of n_cells that have class {number} ({name})."
        yield Definition(f"class_{number}_n_cells", "", meaning)
    if class_names:
        yield Definition("no_class_n_cells", "", "Objects of n_cells that have no class.")


def _median_definitions(measured: list[Definition]) -> Iterator[Definition]:
    wanted = ("area_um2", "area_px", "eccentricity", "solidity", "circularity")
    for definition in measured:
        is_mean = definition.name.startswith("channel_") and definition.name.endswith("_mean")
        if definition.name in wanted or is_mean:
            meaning = f"Median of {definition.name} over the cells of the plane."
            yield Definition(f"median_{definition.name}", definition.unit, meaning)
