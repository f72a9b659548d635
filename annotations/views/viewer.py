"""The viewer: a page that the browser's own program fills."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from annotations.actions.base import base_objects
from annotations.models import Annotation
from annotations.queries.annotations import (
    annotation_for,
    current_annotation_of,
    describe_annotation,
)
from annotations.queries.edits import describe_edit, page_after
from webapp.api.image_answer import describe_image
from webapp.models import Image, User
from webapp.queries.images import image_for
from webapp.queries.settings import settings_of
from webapp.views.doors import page, person

# More than these would make the page itself late; the viewer asks for them while it starts.
MOST_OBJECTS = 5000
MOST_EDIT_BYTES = 2**18


@page()
@never_cache
def viewer(request: HttpRequest, image_id: UUID) -> HttpResponse:
    """One image with its masks, full window."""
    actor = person(request)
    image = image_for(actor, image_id)
    return render(request, "viewer.html", {"image": image, "opening": opening_of(actor, image)})


def opening_of(actor: User, image: Image) -> dict[str, Any]:
    """What the viewer would ask for first, one question after the other; it lies in the page."""
    current = current_annotation_of(image)
    annotation = annotation_for(actor, current.pk) if current else None
    return {
        "image": {**describe_image(image), "annotation": str(current.pk) if current else None},
        "annotation": describe_annotation(actor, annotation) if annotation else None,
        "objects": _objects_of(annotation) if annotation else None,
        "edits": _first_edits_of(annotation) if annotation else [],
        "settings": settings_of(actor),
    }


def _objects_of(annotation: Annotation) -> list[Any] | None:
    """The cells of version 0, or None where there are too many."""
    if annotation.base is not None and annotation.base.n_objects > MOST_OBJECTS:
        return None
    rows: list[Any] = json.loads(base_objects(annotation))["objects"]
    return rows


def _first_edits_of(annotation: Annotation) -> list[dict[str, Any]]:
    """The beginning of the log, as far as it is small."""
    return [describe_edit(edit) for edit in page_after(annotation, 0, MOST_EDIT_BYTES)]
