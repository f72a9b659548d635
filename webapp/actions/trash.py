"""The trash: what is thrown away keeps its masks and history, and comes back as it was."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.http import Http404
from django.utils import timezone

from webapp import events
from webapp.actions.images import tell_image
from webapp.actions.moving import chosen_images
from webapp.audit.log import record_event
from webapp.audit.verbs import Verb
from webapp.models import Dataset, Image, User
from webapp.permissions import Action, require
from webapp.queries.images import image_for
from webapp.queries.projects import dataset_for


@transaction.atomic
def delete_image(*, actor: User, image_id: UUID) -> Image:
    """Into the trash for 30 days."""
    image = image_for(actor, image_id)
    require(actor, Action.DELETE_IMAGES, image.dataset.project)
    image.deleted_at, image.deleted_by = timezone.now(), actor
    image.save(update_fields=["deleted_at", "deleted_by"])
    record_event(actor, Verb.IMAGE_DELETED, image, project=image.dataset.project)
    tell_image(image)
    return image


@transaction.atomic
def delete_images(*, actor: User, image_ids: Sequence[UUID]) -> list[Image]:
    """Many images into the trash, all or none; the log names each."""
    images = chosen_images(actor, image_ids)
    for project in {image.dataset.project for image in images}:
        require(actor, Action.DELETE_IMAGES, project)
    Image.objects.filter(pk__in=[image.pk for image in images]).update(
        deleted_at=timezone.now(), deleted_by=actor
    )
    for image in images:
        record_event(actor, Verb.IMAGE_DELETED, image, project=image.dataset.project)
        tell_image(image)
    return images


@transaction.atomic
def restore_image(*, actor: User, image_id: UUID) -> Image:
    """Out of the trash again, with everything it had."""
    rows = Image.objects.select_related("dataset__project").select_for_update(of=("self",))
    image = rows.filter(pk=image_id, dataset__deleted_at=None).first()
    if image is None:
        raise Http404("Nothing is here for you.")
    require(actor, Action.DELETE_IMAGES, image.dataset.project)
    if image.deleted_at is None:
        return image
    image.deleted_at = image.deleted_by = None
    image.save(update_fields=["deleted_at", "deleted_by"])
    record_event(actor, Verb.IMAGE_RESTORED, image, project=image.dataset.project)
    tell_image(image)
    return image


@transaction.atomic
def delete_dataset(*, actor: User, dataset_id: UUID) -> Dataset:
    """A whole dataset into the trash for 30 days; its images stay as they are in it."""
    dataset = dataset_for(actor, dataset_id)
    require(actor, Action.MANAGE_DATASETS, dataset.project)
    dataset.deleted_at, dataset.deleted_by = timezone.now(), actor
    dataset.save(update_fields=["deleted_at", "deleted_by"])
    n_images = dataset.images.filter(deleted_at=None).count()
    record_event(actor, Verb.DATASET_DELETED, dataset, project=dataset.project, n_images=n_images)
    _tell_dataset(dataset)
    return dataset


@transaction.atomic
def restore_dataset(*, actor: User, dataset_id: UUID) -> Dataset:
    """A dataset out of the trash again; images that were thrown away before it stay there."""
    rows = Dataset.objects.select_related("project").select_for_update(of=("self",))
    dataset = rows.filter(pk=dataset_id).first()
    if dataset is None:
        raise Http404("Nothing is here for you.")
    require(actor, Action.MANAGE_DATASETS, dataset.project)
    if dataset.deleted_at is None:
        return dataset
    dataset.deleted_at = dataset.deleted_by = None
    dataset.save(update_fields=["deleted_at", "deleted_by"])
    record_event(actor, Verb.DATASET_RESTORED, dataset, project=dataset.project)
    _tell_dataset(dataset)
    return dataset


def _tell_dataset(dataset: Dataset) -> None:
    """After commit: the card of this dataset on everybody's project page."""
    events.tell_project(dataset.project_id, {"type": "dataset", "dataset": str(dataset.pk)})
