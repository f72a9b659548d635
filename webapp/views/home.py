"""Home: what waits for me, and where my projects stand."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from webapp.models import Image, Membership, Project, User
from webapp.queries.covers import cells_by, covers_by
from webapp.queries.images import images_visible_to
from webapp.queries.panels import home_panels
from webapp.queries.people import has_owner
from webapp.queries.projects import progress_by, projects_of
from webapp.queries.trash import projects_in_trash
from webapp.views.doors import person

N_AVATARS = 4


@dataclass(frozen=True)
class ProjectCard:
    """One project as its picture card shows it."""

    project: Project
    covers: list[Image]
    progress: dict[str, int]
    n_cells: int
    people: list[User]
    n_more_people: int


def home(request: HttpRequest) -> HttpResponse:
    """The first page; before there is an owner it leads to founding the lab."""
    if not request.user.is_authenticated:
        return redirect("account_login" if has_owner() else "welcome")
    actor = person(request)
    return render(
        request,
        "home.html",
        {
            "cards": project_cards(actor),
            "panels": home_panels(actor),
            "n_in_trash": projects_in_trash(actor).count(),
        },
    )


def project_cards(actor: User) -> list[ProjectCard]:
    """The projects of a person, five queries however many they are."""
    images = images_visible_to(actor)
    projects = list(projects_of(actor))
    covers = covers_by("dataset__project_id", images)
    progress = progress_by("dataset__project_id", images)
    cells = cells_by("dataset__project_id", images)
    people: dict[object, list[User]] = {}
    memberships = Membership.objects.filter(project__in=projects).select_related("user")
    for membership in memberships.order_by("created_at"):
        people.setdefault(membership.project_id, []).append(membership.user)
    return [
        ProjectCard(
            project=project,
            covers=covers.get(project.pk, []),
            progress=progress.get(project.pk, {"total": 0}),
            n_cells=cells.get(project.pk, 0),
            people=people.get(project.pk, [])[:N_AVATARS],
            n_more_people=max(0, len(people.get(project.pk, [])) - N_AVATARS),
        )
        for project in projects
    ]
