"""The viewer: a page that the browser's own program fills."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from annotations.queries.annotations import (
    annotation_for,
    current_annotation_of,
    describe_annotation,
)
from webapp.api.image_answer import describe_image
from webapp.models import Image, User
from webapp.queries.images import image_for
from webapp.views.doors import page, person


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
    }
