"""The plates of a dataset, wells from the names of files, and what is in the wells."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from webapp.actions.wells import assign_wells, change_plate_map
from webapp.imaging.naming.builtin import BUILTINS
from webapp.imaging.naming.pattern import PARTS, BadPattern
from webapp.imaging.naming.wells import letters_of
from webapp.models import Dataset, Image, Plate, Well
from webapp.permissions import Action, require, role_allows, role_of
from webapp.queries.projects import dataset_for
from webapp.queries.wells import NamePreview, plates_of, preview_names
from webapp.views.doors import page, person, refusal_shown, text

N_SHADES = 8
MOST_WITH_PICTURES = 96
MOST_NAMES = 200


@dataclass(frozen=True)
class WellShown:
    """A place on a drawn plate; `shade` 0..7 follows the cells of an image of the well."""

    name: str
    well: Well | None
    images: list[Image]
    n_cells: float | None
    shade: int | None

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
        if self.n_cells is not None:
            parts.append(f"{self.n_cells:.4g} cells in an image")
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
    def of(cls, plate: Plate) -> PlateShown:
        """All places of a plate with what is known of them."""
        wells = {(well.row, well.column): well for well in plate.wells.all()}
        cells = {place: _cells_of(well) for place, well in wells.items()}
        known = [value for value in cells.values() if value is not None]
        least, most = min(known, default=None), max(known, default=None)

        def shown(row: int, column: int) -> WellShown:
            well, value = wells.get((row, column)), cells.get((row, column))
            name = f"{letters_of(row)}{column + 1:02d}"
            images = list(well.images.all()) if well else []
            return WellShown(name, well, images, value, _shade(value, least, most))

        rows = [
            (letters_of(row), [shown(row, column) for column in range(plate.n_columns)])
            for row in range(plate.n_rows)
        ]
        return cls(plate, range(1, plate.n_columns + 1), rows, least, most)


@page()
def plates(request: HttpRequest, dataset_id: UUID) -> HttpResponse:
    """Every plate with its wells."""
    found = dataset_for(person(request), dataset_id)
    shown = [PlateShown.of(plate) for plate in plates_of(found)]
    return render(request, "plates.html", _around(request, found) | {"plates": shown})


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
    """A table is pasted; what is wrong is said by cell and the table stays to be corrected."""
    found = dataset_for(person(request), dataset_id)
    require(person(request), Action.EDIT_METADATA, found.project)
    names = [plate.name for plate in found.plates.all()]
    said: dict[str, Any] = {"plate_names": names, "plate_name": names[0] if names else ""}
    if request.method == "POST":
        table, plate = text(request, "table"), text(request, "plate").strip()
        errors = change_plate_map(
            actor=person(request), dataset_id=dataset_id, plate=plate, table=table
        )
        if not errors:
            messages.success(request, "The plate map is saved.")
            return redirect("plates", dataset_id)
        said |= {"wrong_cells": errors, "table": table, "plate_name": plate}
    return render(request, "plate_map.html", _around(request, found) | said)


def _around(request: HttpRequest, found: Dataset) -> dict[str, Any]:
    role = role_of(person(request), found.project)
    return {
        "dataset": found,
        "project": found.project,
        "may_edit": role_allows(role, Action.EDIT_METADATA),
    }


def _cells_of(well: Well) -> float | None:
    """Cells of an image of the well on average; None before any was segmented."""
    counts = [image.n_cells for image in well.images.all() if image.n_cells is not None]
    return sum(counts) / len(counts) if counts else None


def _shade(value: float | None, least: float | None, most: float | None) -> int | None:
    if value is None or least is None or most is None:
        return None
    part = (value - least) / (most - least) if most > least else 0.0
    return min(N_SHADES - 1, int(part * N_SHADES))


def _places_twice(preview: NamePreview) -> int:
    """Images that are not the only one at their plate, well, site, time, slice and channel."""
    places = Counter(parts for _, parts in preview.rows if parts is not None and parts.well)
    return sum(n for n in places.values() if n > 1)
