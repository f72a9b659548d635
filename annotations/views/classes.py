"""The page of a project's classes of cells."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from annotations.actions.classes import change_class, create_class, remove_class
from annotations.models.cell_class import ClassColor
from annotations.queries.classes import Use, class_for, classes_of, use_of_classes
from webapp.permissions import Action, may
from webapp.queries.projects import project_for
from webapp.views.doors import page, person, refusal_shown, text


@page()
def classes(request: HttpRequest, project_id: UUID) -> HttpResponse:
    """What kinds of cells the project tells apart, and how many cells have each."""
    actor = person(request)
    project = project_for(actor, project_id)
    use = use_of_classes(project)
    rows = [(row, use.get(str(row.pk), Use())) for row in classes_of(project)]
    content = {
        "project": project,
        "rows": rows,
        "colors": ClassColor.choices,
        "may_manage": may(actor, Action.MANAGE_CLASSES, project),
    }
    return render(request, "annotations/classes.html", content)


@page("POST")
def new_class(request: HttpRequest, project_id: UUID) -> HttpResponse:
    """Make a class."""
    with refusal_shown(request):
        made = create_class(
            actor=person(request),
            project_id=project_id,
            name=text(request, "name"),
            color=text(request, "color"),
            key=text(request, "key"),
        )
        messages.success(
            request, f"{made.name} can be given to cells with Q, then {made.key.upper()}."
        )
    return redirect("classes", project_id)


@page("POST")
def edit_class(request: HttpRequest, class_id: UUID) -> HttpResponse:
    """Give a class another name, color or key."""
    found = class_for(person(request), class_id)
    with refusal_shown(request):
        change_class(
            actor=person(request),
            class_id=class_id,
            name=text(request, "name"),
            color=text(request, "color"),
            key=text(request, "key"),
        )
        messages.success(request, "Saved.")
    return redirect("classes", found.project_id)


@page("POST")
def end_class(request: HttpRequest, class_id: UUID) -> HttpResponse:
    """Remove a class; the page has said before how many cells have it."""
    found = class_for(person(request), class_id)
    with refusal_shown(request):
        is_meant = text(request, "even_if_used") == "yes"
        remove_class(actor=person(request), class_id=class_id, even_if_used=is_meant)
        messages.success(request, f"{found.name} is removed.")
    return redirect("classes", found.project_id)
