"""Projects and datasets, always for somebody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet
from django.http import Http404

from webapp.models import Dataset, Image, Project, Role, User
from webapp.permissions import Action, require, role_allows
from webapp.states import BAR_OF_STATE, ImageState

BARS = ("approved", "corrected", "segmented", "uploaded")


def projects_of(actor: User) -> QuerySet[Project]:
    """The projects a person belongs to, newest work first."""
    rows = Project.objects.filter(memberships__user=actor, deleted_at=None)
    if actor.only_project_id is not None:
        rows = rows.filter(pk=actor.only_project_id)
    return rows.order_by("is_demo", "-created_at")


def project_for(actor: User, project_id: UUID) -> Project:
    """One project the actor may see; Http404 otherwise."""
    project = Project.objects.filter(pk=project_id, deleted_at=None).first()
    if project is None:
        raise Http404("Nothing is here for you.")
    require(actor, Action.SEE, project)
    return project


def datasets_of(project: Project) -> QuerySet[Dataset]:
    """The datasets of a project that are not in the trash."""
    return project.datasets.filter(deleted_at=None)


def datasets_to_fill(actor: User) -> list[Dataset]:
    """The datasets to which a person may bring images, by project."""
    roles = [role for role in Role if role_allows(role, Action.UPLOAD)]
    projects = projects_of(actor).filter(memberships__role__in=roles).order_by()
    rows = Dataset.objects.filter(deleted_at=None, project__in=projects)
    return list(rows.select_related("project").order_by("project__name", "project", "name"))


def dataset_for(actor: User, dataset_id: UUID) -> Dataset:
    """One dataset the actor may see; Http404 otherwise."""
    dataset = (
        Dataset.objects.select_related("project")
        .filter(pk=dataset_id, deleted_at=None, project__deleted_at=None)
        .first()
    )
    if dataset is None:
        raise Http404("Nothing is here for you.")
    require(actor, Action.SEE, dataset.project)
    return dataset


def progress_of(images: QuerySet[Image]) -> dict[str, int]:
    """How many images are uploaded, segmented, corrected, approved; and how many in all."""
    rows = images.order_by().values("state").annotate(n=Count("pk")).values_list("state", "n")
    return progress_from_states(rows)


def progress_from_states(rows: Iterable[tuple[str, int]]) -> dict[str, int]:
    """The four counts of the progress bar from counts by state."""
    counts: Counter[str] = Counter(dict.fromkeys(BARS, 0))
    for state, n in rows:
        counts[BAR_OF_STATE[ImageState(state)]] += n
    return {**counts, "total": sum(counts.values())}


def progress_by(field: str, images: QuerySet[Image]) -> dict[Any, dict[str, int]]:
    """The progress bars of many datasets or projects in one query, keyed by `field`."""
    rows = images.order_by().values_list(field, "state").annotate(n=Count("pk"))
    grouped: dict[Any, list[tuple[str, int]]] = {}
    for key, state, n in rows:
        grouped.setdefault(key, []).append((state, n))
    return {key: progress_from_states(states) for key, states in grouped.items()}
