"""Tags of the selected images."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from webapp.actions.tags import tag_images as put_and_take
from webapp.queries.projects import dataset_for, project_for
from webapp.views.chosen import chosen_ids
from webapp.views.doors import page, person, posted_id, refusal_shown, text


@page("POST")
def tag_images(request: HttpRequest, project_id: UUID) -> HttpResponse:
    """Put tags on, take others off, and go back to where the images are."""
    actor = person(request)
    project_for(actor, project_id)
    here = text(request, "dataset")
    ids = [posted_id(one) for one in request.POST.getlist("images")]
    with refusal_shown(request):
        if here:
            ids = chosen_ids(request, dataset_for(actor, posted_id(here)))
        n_images = put_and_take(
            actor=actor,
            project_id=project_id,
            image_ids=ids,
            add=_names(request, "add"),
            remove=_names(request, "remove"),
        )
        changed = "1 image has" if n_images == 1 else f"{n_images} images have"
        messages.success(request, f"{changed} other tags now.")
    if len(ids) == 1 and text(request, "back") == "image":
        return redirect("image_details", ids[0])
    if here:
        return redirect("dataset", posted_id(here))
    return redirect("project", project_id)


def _names(request: HttpRequest, field: str) -> list[str]:
    return [name for name in text(request, field).split(",") if name.strip()]
