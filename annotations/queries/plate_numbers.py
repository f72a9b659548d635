"""What the newest report measured of every well, for the plates of the lab."""

from __future__ import annotations

import csv
import re
from typing import Any

from annotations.models import Report
from annotations.models.report import ReportState
from webapp.models import Channel, Dataset
from webapp.queries.plate_numbers import Place, PlateNumber
from webapp.storage.blobs import blob_path

WELLS = "wells.csv"
_MEAN = "_mean"
_CHANNEL = re.compile(r"median_channel_([0-9]+)_mean")
_TITLES = {
    "n_cells": ("Cells in an image", ""),
    "density_per_mm2": ("Cells per mm²", ""),
    "confluency_percent": ("Confluency", "%"),
    "median_area_um2": ("Median area", "µm²"),
    "median_area_px": ("Median area", "px²"),
    "median_eccentricity": ("Median eccentricity", ""),
    "median_solidity": ("Median solidity", ""),
    "median_circularity": ("Median circularity", ""),
}


def add_measured(*, dataset: Dataset, numbers: list[PlateNumber], **_: Any) -> None:
    """Append every column of the wells of the newest report; nothing before there is one."""
    report = newest_with_wells(dataset)
    if report is None:
        return
    with blob_path(report.files[WELLS]["sha256"]).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    names = _channel_names(dataset)
    for column in rows[0] if rows else ():
        title, unit = _title(column.removesuffix(_MEAN), names)
        if not column.endswith(_MEAN) or not title:
            continue
        values = {_place(row): float(row[column]) for row in rows if row[column]}
        if values:
            numbers.append(PlateNumber(column, title, unit, values, source=str(report)))


def newest_with_wells(dataset: Dataset) -> Report | None:
    """The newest finished report that has a table of wells."""
    ready = Report.objects.filter(
        dataset=dataset, state=ReportState.READY, files__has_key=WELLS
    ).defer("inputs")
    return ready.order_by("-number").first()


def _title(name: str, channels: dict[int, str]) -> tuple[str, str]:
    """Words and unit of a column of images.csv; no words for what is not worth a color."""
    match = _CHANNEL.fullmatch(name)
    if match:
        number = int(match[1])
        return f"Mean intensity, {channels.get(number, f'channel {number}')}", "as stored"
    return _TITLES.get(name, ("", ""))


def _place(row: dict[str, str]) -> Place:
    # the table puts an apostrophe before what a spreadsheet would run
    return row["plate"].removeprefix("'"), row["well"]


def _channel_names(dataset: Dataset) -> dict[int, str]:
    """By number from 1, as the first image calls them."""
    rows = Channel.objects.filter(image__dataset=dataset, image__deleted_at=None)
    named = rows.order_by("index", "image__name").distinct("index").values_list("index", "name")
    return {index + 1: name for index, name in named}
