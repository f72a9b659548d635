"""A finished segmentation becomes the start of an annotation, unless a person was there first."""

from __future__ import annotations

from typing import Any

from annotations.models import Annotation
from annotations.queries.annotations import may_be_replaced
from segmentation.models import Segmentation
from webapp.actions.images import tell_image
from webapp.audit.log import record_event
from webapp.audit.verbs import Verb
from webapp.models import Image, User
from webapp.queue import ask_worker
from webapp.states import ImageState

PREPARE = "annotations.prepare"


def adopt_segmentation(*, segmentation: Segmentation, actor: User, **_: Any) -> None:
    """Start an annotation from a segmentation, in the transaction that finishes it.

    An annotation that a person touched stays as it is, and so do imported masks when a model has
    found others: what a person drew or brought along is never overwritten by a machine. The
    segmentation remains in the list of the image's results.
    """
    image = (
        Image.objects.select_for_update(of=("self",))
        .select_related("dataset__project")
        .get(pk=segmentation.image_id)
    )
    current = Annotation.objects.filter(image=image, is_current=True).first()
    if current is not None:
        if not may_be_replaced(current, segmentation.is_imported):
            return
        if current.base_id == segmentation.pk:
            return
        current.is_current = False
        current.save(update_fields=["is_current"])
    annotation = Annotation.objects.create(
        image=image, base=segmentation, next_label=segmentation.largest_label + 1
    )
    ask_worker(PREPARE, str(annotation.pk))
    image.state = ImageState.SEGMENTED
    image.n_cells = segmentation.n_objects
    image.save(update_fields=["state", "n_cells"])
    record_event(
        actor,
        Verb.SEGMENTATION_ADOPTED,
        image,
        project=image.dataset.project,
        segmentation=segmentation.pk,
        digest=segmentation.digest,
        n_objects=segmentation.n_objects,
    )
    tell_image(image)
