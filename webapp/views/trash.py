"""The trash of a project, and the projects in a person's trash."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from webapp.actions import emptying
from webapp.actions.projects import restore_project as bring_back
from webapp.actions.trash import restore_dataset, restore_image
from webapp.permissions import Action, require, role_allows
from webapp.queries.projects import project_for
from webapp.queries.trash import (
    datasets_in_trash,
    describe_datasets,
    describe_images,
    images_in_trash,
    projects_in_trash,
)
from webapp.views.doors import page, person, posted_id, refusal_shown, text

PER_PAGE = 100


@page("GET", "POST")
def trash(request: HttpRequest, project_id: UUID) -> HttpResponse:
    """What was thrown away; posted, bring back what was chosen."""
    actor = person(request)
    found = project_for(actor, project_id)
    role = require(actor, Action.DELETE_IMAGES, found)
    if request.method == "POST":
        _restore_chosen(request)
        return redirect("trash", project_id)
    images = images_in_trash(found).select_related("dataset", "deleted_by")
    leaf = Paginator(images, PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "trash.html",
        {
            "project": found,
            "datasets": describe_datasets(datasets_in_trash(found)),
            "images": describe_images(leaf),
            "leaf": leaf,
            "n_days": settings.TRASH_EXPIRY.days,
            "may_erase": role_allows(role, Action.ERASE),
        },
    )


@page("POST")
def erase(request: HttpRequest, project_id: UUID) -> HttpResponse:
    """Erase what was chosen; the name of the project was typed."""
    with refusal_shown(request):
        n_rows = emptying.erase_from_trash(
            actor=person(request),
            project_id=project_id,
            image_ids=[posted_id(one) for one in request.POST.getlist("images")],
            dataset_ids=[posted_id(one) for one in request.POST.getlist("datasets")],
            typed=text(request, "typed"),
        )
        what = "1 row of the trash is" if n_rows == 1 else f"{n_rows} rows of the trash are"
        messages.success(request, f"{what} erased. The audit log says what they were.")
    return redirect("trash", project_id)


@page()
def projects_trash(request: HttpRequest) -> HttpResponse:
    """The projects that a person threw away and owns."""
    projects = projects_in_trash(person(request)).select_related("deleted_by")
    days = settings.TRASH_EXPIRY
    rows = [(one, one.deleted_at + days) for one in projects if one.deleted_at]
    return render(request, "projects_trash.html", {"rows": rows, "n_days": days.days})


@page("POST")
def restore_project(request: HttpRequest, project_id: UUID) -> HttpResponse:
    """A project out of the trash."""
    found = bring_back(actor=person(request), project_id=project_id)
    messages.success(request, f"{found.name} is back with everything in it.")
    return redirect("project", project_id)


@page("POST")
def erase_project(request: HttpRequest, project_id: UUID) -> HttpResponse:
    """Erase a project of the trash; its name was typed."""
    with refusal_shown(request):
        gone = emptying.erase_project(
            actor=person(request), project_id=project_id, typed=text(request, "typed")
        )
        messages.success(request, f"{gone.name} is erased. The audit log of the lab says so.")
    return redirect("projects_trash")


def _restore_chosen(request: HttpRequest) -> None:
    """Datasets and images that were ticked, or the one whose button was pressed."""
    actor = person(request)
    with refusal_shown(request):
        datasets = [
            restore_dataset(actor=actor, dataset_id=posted_id(one))
            for one in request.POST.getlist("datasets")
        ]
        images = [
            restore_image(actor=actor, image_id=posted_id(one))
            for one in request.POST.getlist("images")
        ]
        names = [*(one.name for one in datasets), *(one.name for one in images)]
        if len(names) == 1:
            messages.success(request, f"{names[0]} is back.")
        elif names:
            messages.success(request, f"{len(names)} rows of the trash are back.")
