"""Acquisition setups: the list of a project, one setup, and which images it took."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from webapp.actions.setups import (
    SIZES,
    WORDS,
    assign_setup,
    change_setup,
    create_setup,
    remove_setup,
)
from webapp.models import AcquisitionSetup
from webapp.permissions import Action, may
from webapp.queries.images import image_for, images_of
from webapp.queries.projects import dataset_for, project_for
from webapp.queries.setups import images_with, images_without_setup, setup_for, setups_of
from webapp.views.chosen import chosen_ids
from webapp.views.doors import page, person, posted_id, posted_number, refusal_shown, text

PER_PAGE = 60
SHOWN_WITHOUT = 12
HINTS = {
    "site": "Imaging core, room 2.14",
    "microscope": "Nikon Ti2",
    "objective": "Plan Apo 20×/0.75",
    "camera": "Flash4.0",
    "modality": "Phase contrast",
}


@page("GET", "HEAD", "POST")
def setups(request: HttpRequest, project_id: UUID) -> HttpResponse:
    """Every setup with its images counted; posted, make one."""
    actor = person(request)
    found = project_for(actor, project_id)
    if request.method == "POST":
        with refusal_shown(request):
            made = create_setup(actor=actor, project_id=project_id, **_posted(request))
            messages.success(request, f"{made.name} is made. Give it to images on their pages.")
            return redirect("setup", made.pk)
        return redirect("setups", project_id)
    without = images_without_setup(found)
    return render(
        request,
        "setups.html",
        {
            "project": found,
            "setups": setups_of(found),
            "without": without.select_related("dataset")[:SHOWN_WITHOUT],
            "n_without": without.count(),
            "fields": _fields(None),
            "may_edit": may(actor, Action.EDIT_METADATA, found),
        },
    )


@page("GET", "HEAD", "POST")
def setup(request: HttpRequest, setup_id: UUID) -> HttpResponse:
    """One setup and its images; posted, correct it."""
    actor = person(request)
    found = setup_for(actor, setup_id)
    if request.method == "POST":
        with refusal_shown(request):
            change_setup(actor=actor, setup_id=setup_id, **_posted(request))
            messages.success(request, "Saved. The audit log keeps what was there before.")
        return redirect("setup", setup_id)
    images = images_with(found)
    return render(
        request,
        "setup.html",
        {
            "setup": found,
            "project": found.project,
            "leaf": Paginator(images, PER_PAGE).get_page(request.GET.get("page")),
            "n_without_size": images.filter(pixel_size_y_um=None).count(),
            "fields": _fields(found),
            "may_edit": may(actor, Action.EDIT_METADATA, found.project),
        },
    )


@page("POST")
def setup_remove(request: HttpRequest, setup_id: UUID) -> HttpResponse:
    """Remove a setup that no image has."""
    with refusal_shown(request):
        project = remove_setup(actor=person(request), setup_id=setup_id)
        messages.success(request, "The setup is removed. The audit log keeps what it was.")
        return redirect("setups", project.pk)
    return redirect("setup", setup_id)


@page("POST")
def setup_sizes(request: HttpRequest, setup_id: UUID) -> HttpResponse:
    """Give the images of a setup that have no pixel size that of the setup."""
    found = setup_for(person(request), setup_id)
    lacking = images_with(found).filter(pixel_size_y_um=None)
    with refusal_shown(request):
        n = assign_setup(
            actor=person(request),
            project_id=found.project_id,
            image_ids=list(lacking.values_list("pk", flat=True)),
            setup_id=setup_id,
            is_filling_sizes=True,
        )
        messages.success(request, f"{n} {'image has' if n == 1 else 'images have'} a pixel size.")
    return redirect("setup", setup_id)


@page("POST")
def image_setup(request: HttpRequest, image_id: UUID) -> HttpResponse:
    """Say what took one image."""
    image = image_for(person(request), image_id)
    with refusal_shown(request):
        n = _assign(request, image.dataset.project_id, [image_id])
        messages.success(request, "Saved." if n else "Nothing changed.")
    return redirect("image_details", image_id)


@page("POST")
def images_setup(request: HttpRequest, dataset_id: UUID) -> HttpResponse:
    """Say what took the selected images of a dataset."""
    dataset = dataset_for(person(request), dataset_id)
    with refusal_shown(request):
        chosen = chosen_ids(request, dataset)
        ids = list(images_of(dataset).filter(pk__in=chosen).values_list("pk", flat=True))
        n = _assign(request, dataset.project_id, ids)
        messages.success(request, f"{n} {'image has' if n == 1 else 'images have'} changed.")
    return redirect("dataset", dataset_id)


def _assign(request: HttpRequest, project_id: UUID, image_ids: list[UUID]) -> int:
    given = text(request, "setup")
    return assign_setup(
        actor=person(request),
        project_id=project_id,
        image_ids=image_ids,
        setup_id=posted_id(given) if given else None,
        is_filling_sizes=text(request, "is_filling_sizes") == "on",
    )


def _posted(request: HttpRequest) -> dict[str, Any]:
    sizes = {
        "pixel_size_y_um": posted_number(request, "pixel_size_y_um", "pixel height"),
        "pixel_size_x_um": posted_number(request, "pixel_size_x_um", "pixel width"),
    }
    return {"name": text(request, "name"), **{one: text(request, one) for one in WORDS}, **sizes}


def _fields(found: AcquisitionSetup | None) -> dict[str, Any]:
    """What the form shows: rows of words, and the sizes as they were stored."""
    return {
        "name": found.name if found else "",
        "words": [
            {
                "name": one,
                "title": one.capitalize(),
                "value": getattr(found, one) if found else "",
                "hint": HINTS[one],
            }
            for one in WORDS
        ],
        **{one: getattr(found, one) if found else None for one in SIZES},
    }
