"""Images and what is shown of them, always for somebody."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from webapp.models import Dataset, Image, User
from webapp.permissions import Action, require


def images_of(dataset: Dataset) -> QuerySet[Image]:
    """The images of a dataset that are not in the trash, by name."""
    return dataset.images.filter(deleted_at=None).order_by("name", "created_at", "id")


def image_for(actor: User, image_id: UUID) -> Image:
    """One image the actor may see; Http404 otherwise."""
    image = (
        Image.objects.select_related("dataset__project")
        .filter(pk=image_id, deleted_at=None, dataset__deleted_at=None)
        .first()
    )
    if image is None:
        raise Http404("Nothing is here for you.")
    require(actor, Action.SEE, image.dataset.project)
    return image


def neighbours_of(image: Image, *, around: int = 6) -> list[Image]:
    """The images before and after in the dataset, this one included, in order."""
    ids = list(images_of(image.dataset).values_list("pk", flat=True))
    place = ids.index(image.pk)
    first = max(0, min(place - around, len(ids) - 2 * around - 1))
    window = ids[first : first + 2 * around + 1]
    rows = Image.objects.in_bulk(window)
    return [rows[pk] for pk in window]
