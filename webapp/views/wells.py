"""The plates of a dataset, wells from the names of files, and what is in the wells."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from webapp.actions.names import clean_file_name
from webapp.actions.wells import assign_wells, change_plate_map
from webapp.imaging.naming.builtin import BUILTINS
from webapp.imaging.naming.pattern import PARTS, BadPattern
from webapp.imaging.naming.spreadsheet import (
    MOST_FILE_BYTES,
    BadSheet,
    SheetFile,
    as_text,
    rows_of,
)
from webapp.imaging.naming.wells import letters_of
from webapp.models import Dataset, Image, Plate, Well
from webapp.permissions import Action, require, role_allows, role_of
from webapp.queries.plate_numbers import CELLS_NOW, PlateNumber, plate_numbers
from webapp.queries.projects import dataset_for
from webapp.queries.wells import NamePreview, plates_of, preview_names
from webapp.views.doors import page, person, refusal_shown, text

N_SHADES = 8
MOST_WITH_PICTURES = 96
MOST_NAMES = 200


@dataclass(frozen=True)
class WellShown:
    """A place on a drawn plate; `shade` 0..7 follows the number that the plate shows."""

    name: str
    well: Well | None
    images: list[Image]
    value: float | None
    shade: int | None
    number: PlateNumber

    @property
    def condition(self) -> str:
        """Compound, dose and unit, as far as the plate map says them."""
        if self.well is None:
            return ""
        dose = "" if self.well.dose is None else f"{self.well.dose:g} {self.well.unit}"
        return f"{self.well.compound} {dose}".strip()

    @property
    def words(self) -> str:
        """All of it in a line."""
        n = len(self.images)
        parts = [self.name, f"{n} image" if n == 1 else f"{n} images"]
        if self.value is not None:
            unit = "" if self.number.unit in ("", "as stored") else f" {self.number.unit}"
            parts.append(f"{self.number.title} {self.value:.4g}{unit}")
        if self.condition:
            parts.append(self.condition)
        if self.well is not None and self.well.control:
            parts.append(self.well.get_control_display())
        return ", ".join(parts)


@dataclass(frozen=True)
class PlateShown:
    """A plate as a table: column numbers, and rows of wells under their letters."""

    plate: Plate
    columns: range
    rows: list[tuple[str, list[WellShown]]]
    least: float | None
    most: float | None

    @property
    def has_pictures(self) -> bool:
        """Larger plates have no room for thumbnails."""
        return self.plate.n_rows * self.plate.n_columns <= MOST_WITH_PICTURES

    @classmethod
    def of(cls, plate: Plate, number: PlateNumber) -> PlateShown:
        """All places of a plate with what is known of them."""
        wells = {(well.row, well.column): well for well in plate.wells.all()}
        known = [value for (name, _), value in number.values.items() if name == plate.name]
        least, most = min(known, default=None), max(known, default=None)

        def shown(row: int, column: int) -> WellShown:
            well = wells.get((row, column))
            name = f"{letters_of(row)}{column + 1:02d}"
            images = list(well.images.all()) if well else []
            value = number.values.get((plate.name, str(well))) if well else None
            return WellShown(name, well, images, value, _shade(value, least, most), number)

        rows = [
            (letters_of(row), [shown(row, column) for column in range(plate.n_columns)])
            for row in range(plate.n_rows)
        ]
        return cls(plate, range(1, plate.n_columns + 1), rows, least, most)


@page()
def plates(request: HttpRequest, dataset_id: UUID) -> HttpResponse:
    """Every plate with its wells, colored by the number that was asked for."""
    found = dataset_for(person(request), dataset_id)
    numbers = {one.name: one for one in plate_numbers(found)}
    number = numbers.get(request.GET.get("show", ""), numbers[CELLS_NOW])
    shown = [PlateShown.of(plate, number) for plate in plates_of(found)]
    said = {"plates": shown, "numbers": list(numbers.values()), "number": number}
    return render(request, "plates.html", _around(request, found) | said)


@page("GET", "HEAD", "POST")
def wells(request: HttpRequest, dataset_id: UUID) -> HttpResponse:
    """What the names say by a pattern; accepting it gives the images their wells."""
    found = dataset_for(person(request), dataset_id)
    require(person(request), Action.EDIT_METADATA, found.project)
    if request.method == "POST":
        with refusal_shown(request):
            n_read = assign_wells(
                actor=person(request), dataset_id=dataset_id, pattern=text(request, "pattern")
            )
            messages.success(request, f"{n_read} images have a well now.")
            return redirect("plates", dataset_id)
        return redirect("wells", dataset_id)
    pattern = request.GET.get("pattern", "").strip()
    try:
        preview, wrong = preview_names(found, pattern or None), ""
    except BadPattern as error:
        preview, wrong = NamePreview(pattern, "", ()), str(error)
    said = {
        "preview": preview,
        "rows": preview.rows[:MOST_NAMES],
        "n_more": max(0, len(preview.rows) - MOST_NAMES),
        "n_wells": len({(p.plate, p.well) for _, p in preview.rows if p and p.well}),
        "twice": _places_twice(preview),
        "wrong": wrong,
        "builtins": BUILTINS,
        "parts": PARTS,
    }
    return render(request, "wells.html", _around(request, found) | said)


@page("GET", "HEAD", "POST")
def plate_map(request: HttpRequest, dataset_id: UUID) -> HttpResponse:
    """A table is pasted or comes in a file; wrong cells are said, the table stays for repair."""
    found = dataset_for(person(request), dataset_id)
    require(person(request), Action.EDIT_METADATA, found.project)
    names = [plate.name for plate in found.plates.all()]
    said: dict[str, Any] = {"plate_names": names, "plate_name": names[0] if names else ""}
    if request.method == "POST":
        table, plate = _posted_table(request), text(request, "plate").strip()
        errors = change_plate_map(
            actor=person(request), dataset_id=dataset_id, plate=plate, table=table
        )
        if not errors:
            messages.success(request, "The plate map is saved.")
            return redirect("plates", dataset_id)
        said |= {"wrong_cells": errors, "table": _shown_table(table), "plate_name": plate}
    return render(request, "plate_map.html", _around(request, found) | said)


def _around(request: HttpRequest, found: Dataset) -> dict[str, Any]:
    role = role_of(person(request), found.project)
    return {
        "dataset": found,
        "project": found.project,
        "may_edit": role_allows(role, Action.EDIT_METADATA),
    }


def _posted_table(request: HttpRequest) -> str | SheetFile:
    """The chosen file, else the pasted text."""
    sent = request.FILES.get("file")
    if sent is None:
        return text(request, "table")
    return SheetFile(clean_file_name(sent.name or ""), sent.read(MOST_FILE_BYTES + 1))


def _shown_table(table: str | SheetFile) -> str:
    """What the field shows for repair; nothing of a file that is no table."""
    try:
        return table if isinstance(table, str) else as_text(rows_of(table))
    except BadSheet:
        return ""


def _shade(value: float | None, least: float | None, most: float | None) -> int | None:
    if value is None or least is None or most is None:
        return None
    part = (value - least) / (most - least) if most > least else 0.0
    return min(N_SHADES - 1, int(part * N_SHADES))


def _places_twice(preview: NamePreview) -> int:
    """Images that are not the only one at their plate, well, site, time, slice and channel."""
    places = Counter(parts for _, parts in preview.rows if parts is not None and parts.well)
    return sum(n for n in places.values() if n > 1)
