"""Move and copy the selected images to another dataset."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from webapp.actions.copying import copy_images
from webapp.actions.moving import move_images
from webapp.queries.projects import dataset_for
from webapp.views.chosen import chosen_ids
from webapp.views.doors import page, person, posted_id, refusal_shown, text


@page("POST")
def bring_images(request: HttpRequest, dataset_id: UUID) -> HttpResponse:
    """From this dataset to the one that was chosen: moved, or as copies."""
    actor = person(request)
    found = dataset_for(actor, dataset_id)
    target = posted_id(text(request, "target"))
    with refusal_shown(request):
        ids = chosen_ids(request, found)
        if text(request, "way") == "copy":
            copies = copy_images(actor=actor, dataset_id=target, image_ids=ids)
            messages.success(request, _copied(len(copies), len(set(ids)) - len(copies)))
        else:
            n_images = move_images(actor=actor, dataset_id=target, image_ids=ids)
            what = "1 image was" if n_images == 1 else f"{n_images} images were"
            messages.success(request, f"{what} moved.")
        return redirect("dataset", target)
    return redirect("dataset", dataset_id)


def _copied(n_copied: int, n_here: int) -> str:
    what = "1 image was" if n_copied == 1 else f"{n_copied} images were"
    if not n_here:
        return f"{what} copied."
    others = "1 was here already and was" if n_here == 1 else f"{n_here} were here already and were"
    return f"{what} copied; {others} not added twice."
