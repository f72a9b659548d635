"""Start drawing on an image that no model has seen."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from annotations.models import Annotation
from webapp.audit.log import record_event
from webapp.audit.verbs import Verb
from webapp.models import Image, User
from webapp.permissions import Action, require
from webapp.queries.images import image_for
from webapp.states import ImageState


@transaction.atomic
def start_annotation(*, actor: User, image_id: UUID) -> Annotation:
    """The current annotation of the image, made empty when there is none."""
    image = image_for(actor, image_id)
    require(actor, Action.EDIT_LABELS, image.dataset.project)
    Image.objects.select_for_update().get(pk=image.pk)
    current = Annotation.objects.filter(image=image, is_current=True).first()
    if current is not None:
        return current
    annotation = Annotation.objects.create(image=image, state=ImageState.UPLOADED)
    record_event(
        actor, Verb.SEGMENTATION_ADOPTED, image, project=image.dataset.project, segmentation=None
    )
    return annotation
