"""Searching one project, or everything that a person belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from webapp.imaging.quality.flags import limits_with
from webapp.models import Dataset, Image, Project, User
from webapp.queries.finding import find_images
from webapp.queries.projects import project_for, projects_of
from webapp.queries.quality import limits_of
from webapp.queries.search_words import Term, read_words

N_PLACES = 8


@dataclass(frozen=True)
class Found:
    """What fits: projects and datasets by name, images by all conditions."""

    projects: Sequence[Project]
    datasets: Sequence[Dataset]
    images: Sequence[Image]
    has_more: bool
    """Are there more images than these?"""

    @property
    def is_empty(self) -> bool:
        """Does nothing fit?"""
        return not (self.projects or self.datasets or self.images)


def search(
    actor: User, text: str, *, project_id: UUID | None = None, start: int = 0, limit: int
) -> Found:
    """What fits a typed line, in one project or in all of the actor's.

    Images come by name, from place `start` on, at most `limit`. Over several projects flags are up
    above the limits that the product is shipped with. Http404 for a stranger, Refused for a
    condition that cannot be understood.
    """
    terms = read_words(text)
    if not terms:
        return Found((), (), (), False)
    if project_id is None:
        projects, limits = projects_of(actor), limits_with({})
    else:
        project = project_for(actor, project_id)
        projects, limits = Project.objects.filter(pk=project.pk), limits_of(project)
    here = Image.objects.filter(
        deleted_at=None, dataset__deleted_at=None, dataset__project__in=projects.order_by()
    )
    rows = find_images(here, text, limits).select_related("dataset__project")
    images = list(rows.order_by("name", "created_at", "id")[start : start + limit + 1])
    fit = _names_fit(terms)
    return Found(
        projects=list(projects.filter(fit)[:N_PLACES]) if fit and project_id is None else (),
        datasets=list(_datasets_in(projects).filter(fit)[:N_PLACES]) if fit else (),
        images=images[:limit],
        has_more=len(images) > limit,
    )


def _datasets_in(projects: QuerySet[Project]) -> QuerySet[Dataset]:
    rows = Dataset.objects.filter(deleted_at=None, project__in=projects.order_by())
    return rows.select_related("project").order_by("name")


def _names_fit(terms: Sequence[Term]) -> Q | None:
    """All words in the name; None when there are conditions that only images can meet."""
    fit = Q()
    for term in terms:
        if term.key not in ("", "name") or term.is_not:
            return None
        fit &= Q(name__icontains=term.value)
    return fit
