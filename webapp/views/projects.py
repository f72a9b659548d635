"""One project: its datasets, what goes on in it, who belongs to it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from webapp.actions import projects as actions
from webapp.actions.datasets import create_dataset
from webapp.actions.projects import change_project, create_project
from webapp.models import Dataset, Image, Project
from webapp.permissions import Action, role_allows, role_of
from webapp.queries.covers import Standing, covers_of, standing_of
from webapp.queries.panels import project_panels
from webapp.queries.people import members_of
from webapp.queries.projects import datasets_of, project_for
from webapp.queries.trash import n_in_trash
from webapp.views.doors import page, person, refusal_shown, text


@dataclass(frozen=True)
class DatasetCard:
    """One dataset as its picture card shows it."""

    dataset: Dataset
    covers: list[Image]
    standing: Standing


@page()
def project(request: HttpRequest, project_id: UUID) -> HttpResponse:
    """Where the project stands."""
    actor = person(request)
    found = project_for(actor, project_id)
    role = role_of(actor, found)
    cards = dataset_cards(found)
    return render(
        request,
        "project.html",
        {
            "project": found,
            "cards": cards,
            "progress": sum((card.standing for card in cards), Standing()).progress,
            "members": members_of(found),
            "panels": project_panels(actor, found),
            "n_in_trash": n_in_trash(found) if role_allows(role, Action.DELETE_IMAGES) else 0,
            "role": role,
            "may_manage": role_allows(role, Action.MANAGE_DATASETS),
            "may_invite": role_allows(role, Action.MANAGE_PEOPLE),
            "may_change": role_allows(role, Action.MANAGE_PROJECT),
        },
    )


@page("POST")
def new_project(request: HttpRequest) -> HttpResponse:
    """Make a project and go there."""
    with refusal_shown(request):
        made = create_project(
            actor=person(request),
            name=text(request, "name"),
            description=text(request, "description"),
        )
        return redirect("project", made.pk)
    return redirect("home")


@page("POST")
def edit_project(request: HttpRequest, project_id: UUID) -> HttpResponse:
    """Rename or describe a project."""
    with refusal_shown(request):
        change_project(
            actor=person(request),
            project_id=project_id,
            name=text(request, "name"),
            description=text(request, "description"),
        )
        messages.success(request, "Saved.")
    return redirect("project", project_id)


@page("POST")
def delete_project(request: HttpRequest, project_id: UUID) -> HttpResponse:
    """Into the trash; its owner finds it on the page of projects in the trash."""
    with refusal_shown(request):
        gone = actions.delete_project(actor=person(request), project_id=project_id)
        messages.success(request, f"{gone.name} is in the trash now. You can restore it.")
    return redirect("home")


@page("POST")
def new_dataset(request: HttpRequest, project_id: UUID) -> HttpResponse:
    """Make a dataset and go to its upload page: an empty dataset needs images."""
    with refusal_shown(request):
        made = create_dataset(
            actor=person(request),
            project_id=project_id,
            name=text(request, "name"),
            description=text(request, "description"),
        )
        return redirect("dataset_upload", made.pk)
    return redirect("project", project_id)


def dataset_cards(found: Project) -> list[DatasetCard]:
    """The datasets of a project, four queries however many they are."""
    datasets = datasets_of(found)
    covers, standing = covers_of(datasets), standing_of(datasets)
    return [
        DatasetCard(dataset, covers[dataset.pk], standing.get(dataset.pk, Standing()))
        for dataset in datasets
        if dataset.pk in covers  # it may have come since
    ]
