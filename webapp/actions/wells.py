"""Images get their wells from their names, and wells their conditions from a plate map."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from uuid import UUID

from django.db import transaction

from webapp.audit.log import record_event
from webapp.audit.verbs import Verb
from webapp.imaging.naming.pattern import BadPattern
from webapp.imaging.naming.plate_map import CellError, Condition, read_plate_map
from webapp.imaging.naming.spreadsheet import SheetFile
from webapp.imaging.naming.wells import Well as Place
from webapp.imaging.naming.wells import plate_of
from webapp.models import Dataset, Image, Plate, User, Well
from webapp.permissions import Action, require
from webapp.queries.projects import dataset_for
from webapp.queries.wells import preview_names
from webapp.states import Refused


@transaction.atomic
def assign_wells(*, actor: User, dataset_id: UUID, pattern: str) -> int:
    """Give every image the well and site that its name says; returns how many have a well.

    Names that do not fit the pattern, or say no well, leave their images without one. Conditions
    of wells stay.
    """
    dataset = _dataset(actor, dataset_id)
    try:
        preview = preview_names(dataset, pattern)
    except BadPattern as error:
        raise Refused(str(error)) from error
    if not preview.n_read:
        raise Refused("This pattern reads a well in none of the names. Nothing was changed.")
    wells = DatasetWells(dataset)
    images = []
    for image, parts in preview.rows:
        place = parts.well if parts else None
        image.well = wells.get((parts.plate or "") if parts else "", place) if place else None
        image.site = parts.site if parts and place else None
        images.append(image)
    Image.objects.bulk_update(images, ["well", "site"], batch_size=500)
    record_event(
        actor,
        Verb.WELLS_ASSIGNED,
        dataset,
        project=dataset.project,
        pattern=pattern,
        n_images=len(images),
        n_read=preview.n_read,
    )
    return preview.n_read


@transaction.atomic
def change_plate_map(
    *, actor: User, dataset_id: UUID, plate: str, table: str | SheetFile
) -> tuple[CellError, ...]:
    """Say what is in the wells of a plate; with any error nothing is changed and all are returned.

    Wells that the table does not name keep their condition.
    """
    dataset = _dataset(actor, dataset_id)
    read = read_plate_map(table)
    if read.errors:
        return read.errors
    wells = DatasetWells(dataset)
    changed = [_with_condition(wells.get(plate, one.well), one) for one in read.conditions]
    fields = ["compound", "dose", "unit", "line", "replicate", "control", "others"]
    Well.objects.bulk_update(changed, fields, batch_size=500)
    record_event(
        actor,
        Verb.PLATE_MAP_CHANGED,
        dataset,
        project=dataset.project,
        plate=plate,
        **({} if isinstance(table, str) else {"file": table.name}),
        wells={str(one.well): _for_log(one) for one in read.conditions},
    )
    return ()


def _dataset(actor: User, dataset_id: UUID) -> Dataset:
    dataset = dataset_for(actor, dataset_id)
    require(actor, Action.EDIT_METADATA, dataset.project)
    # Two people at once would make the same plate twice.
    return (
        Dataset.objects.select_for_update(of=("self",)).select_related("project").get(pk=dataset.pk)
    )


class DatasetWells:
    """The wells of a dataset by plate and place; those that are missing are made."""

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset
        self._plates = {plate.name: plate for plate in dataset.plates.all()}
        rows = Well.objects.filter(plate__dataset=dataset).select_related("plate")
        self._wells = {(well.plate.name, well.place): well for well in rows}

    def get(self, plate: str, place: Place) -> Well:
        """The well at a place."""
        if (plate, place) not in self._wells:
            row = Well.objects.create(
                plate=self._plate(plate, place), row=place.row, column=place.column
            )
            self._wells[plate, place] = row
        return self._wells[plate, place]

    def _plate(self, name: str, place: Place) -> Plate:
        """The plate with room for a place: it grows to the next usual size."""
        plate = self._plates.get(name)
        corner = {Place(plate.n_rows - 1, plate.n_columns - 1)} if plate else set[Place]()
        n_rows, n_columns = plate_of(corner | {place})
        if plate is None:
            plate = Plate(dataset=self._dataset, name=name)
        if (plate.n_rows, plate.n_columns) != (n_rows, n_columns):
            plate.n_rows, plate.n_columns = n_rows, n_columns
            plate.save()
        self._plates[name] = plate
        return plate


def _with_condition(well: Well, condition: Condition) -> Well:
    well.compound, well.dose, well.unit = condition.compound, condition.dose, condition.unit
    well.line, well.replicate = condition.line, condition.replicate
    well.control, well.others = condition.control, [list(pair) for pair in condition.others]
    return well


def _for_log(condition: Condition) -> dict[str, object]:
    """What the table says of a well, without what it leaves empty."""
    said: Iterable[tuple[str, object]] = asdict(condition).items()
    return {
        name: [list(pair) for pair in condition.others] if name == "others" else value
        for name, value in said
        if name != "well" and value not in ("", None, ())
    }
