"""Segmentations, always for somebody."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from segmentation.models import Segmentation
from webapp.models import Image, User
from webapp.permissions import Action, require


def segmentations_of(image: Image) -> QuerySet[Segmentation]:
    """The results for an image, the newest first."""
    return Segmentation.objects.filter(image=image).select_related(
        "segmentation_model", "requested_by"
    )


def segmentation_for(actor: User, segmentation_id: UUID) -> Segmentation:
    """One result the actor may see; Http404 otherwise."""
    segmentation = (
        Segmentation.objects.select_related(
            "image__dataset__project", "segmentation_model", "requested_by"
        )
        .filter(pk=segmentation_id, image__deleted_at=None, image__dataset__deleted_at=None)
        .first()
    )
    if segmentation is None:
        raise Http404("Nothing is here for you.")
    require(actor, Action.SEE, segmentation.image.dataset.project)
    return segmentation
