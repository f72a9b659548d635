"""Move images to another dataset of their project, with everything that belongs to them."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.http import Http404

from webapp import events
from webapp.actions.wells import DatasetWells
from webapp.audit.log import record_event
from webapp.audit.verbs import Verb
from webapp.models import Dataset, Image, User, Well
from webapp.permissions import Action, require
from webapp.queries.projects import dataset_for
from webapp.states import Refused

CONDITIONS = ("compound", "dose", "unit", "line", "replicate", "control", "others")


@transaction.atomic
def move_images(*, actor: User, dataset_id: UUID, image_ids: Sequence[UUID]) -> int:
    """Into another dataset of the same project; returns how many images moved.

    Masks, flags, tags and exclusions stay with the image. A well comes to the plate of the same
    name; its condition comes along where the well is new there. Reports and runs of the former
    dataset keep naming what they read. All or none.
    """
    target = locked_target(actor, dataset_id)
    require(actor, Action.MANAGE_DATASETS, target.project)
    images = chosen_images(actor, image_ids)
    if any(image.dataset.project_id != target.project_id for image in images):
        raise Refused("Images move within their project. Copy them to bring them to another one.")
    moved = [image for image in images if image.dataset_id != target.pk]
    sources = sorted({image.dataset.name for image in moved})
    wells = TargetWells(target)
    for image in moved:
        image.well = wells.like(image.well)
        image.dataset = target
    Image.objects.bulk_update(moved, ["dataset", "well"], batch_size=500)
    if moved:
        record_event(
            actor,
            Verb.IMAGES_MOVED,
            target,
            project=target.project,
            came_from=sources,
            images=[{"image": str(image.pk), "name": image.name} for image in moved],
        )
        events.tell_project(target.project_id, {"type": "dataset", "dataset": str(target.pk)})
    return len(moved)


def locked_target(actor: User, dataset_id: UUID) -> Dataset:
    """The dataset that images come to; two people at once would make the same plate twice."""
    dataset_for(actor, dataset_id)
    rows = Dataset.objects.select_for_update(of=("self",)).select_related("project")
    return rows.get(pk=dataset_id)


def chosen_images(actor: User, image_ids: Sequence[UUID]) -> list[Image]:
    """The images by name, locked, of projects that the actor belongs to; Http404 if one is not."""
    wanted = set(image_ids)
    rows = Image.objects.select_related("dataset__project", "well__plate").filter(
        pk__in=wanted, deleted_at=None, dataset__deleted_at=None
    )
    images = list(rows.select_for_update(of=("self",)).order_by("name", "created_at", "id"))
    if len(images) != len(wanted):
        raise Http404("Nothing is here for you.")
    for project in {image.dataset.project for image in images}:
        require(actor, Action.SEE, project)
    if not images:
        raise Refused("Choose images first.")
    return images


class TargetWells:
    """The wells of a dataset that images come to, made where they are missing."""

    def __init__(self, dataset: Dataset) -> None:
        self._wells = DatasetWells(dataset)
        known = Well.objects.filter(plate__dataset=dataset)
        self._known = set(known.values_list("pk", flat=True))

    def like(self, well: Well | None) -> Well | None:
        """The well of the same place on the plate of the same name."""
        if well is None:
            return None
        found = self._wells.get(well.plate.name, well.place)
        if found.pk not in self._known:
            self._known.add(found.pk)
            for field in CONDITIONS:
                setattr(found, field, getattr(well, field))
            found.save(update_fields=CONDITIONS)
        return found
