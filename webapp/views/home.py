"""Home: what waits for me, and where my projects stand."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from webapp.models import Dataset, Image, Membership, Project, User
from webapp.queries.covers import Standing, covers_among, covers_of, standing_of
from webapp.queries.panels import home_panels
from webapp.queries.people import has_owner
from webapp.queries.projects import projects_of
from webapp.queries.trash import projects_in_trash
from webapp.views.doors import person

N_AVATARS = 4


@dataclass(frozen=True)
class ProjectCard:
    """One project as its picture card shows it."""

    project: Project
    covers: list[Image]
    standing: Standing
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
    """The projects of a person, six queries however many they are."""
    projects = list(projects_of(actor))
    datasets = Dataset.objects.filter(project__in=projects, deleted_at=None)
    covers, standing = covers_of(datasets), standing_of(datasets)
    inside: dict[object, list[UUID]] = {project.pk: [] for project in projects}
    for dataset_id, project_id in datasets.values_list("pk", "project_id"):
        inside[project_id].append(dataset_id)
    people: dict[object, list[User]] = {}
    memberships = Membership.objects.filter(project__in=projects).select_related("user")
    for membership in memberships.order_by("created_at"):
        people.setdefault(membership.project_id, []).append(membership.user)
    return [
        ProjectCard(
            project=project,
            covers=covers_among(
                image for one in inside[project.pk] for image in covers.get(one, [])
            ),
            standing=sum((standing.get(one, Standing()) for one in inside[project.pk]), Standing()),
            people=people.get(project.pk, [])[:N_AVATARS],
            n_more_people=max(0, len(people.get(project.pk, [])) - N_AVATARS),
        )
        for project in projects
    ]
