"""Tags of a project and of its images."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q

from webapp.models import Dataset, Project, Tag

LIVING = Q(images__deleted_at=None, images__dataset__deleted_at=None)


@dataclass(frozen=True)
class TagCount:
    """A tag and how many images have it."""

    name: str
    n_images: int


def tags_of(project: Project) -> tuple[TagCount, ...]:
    """The tags of a project by name, with how many images that are not in the trash."""
    rows = project.tags.annotate(n=Count("images", filter=LIVING)).order_by("name")
    return tuple(TagCount(name, n) for name, n in rows.values_list("name", "n"))


def tags_in(dataset: Dataset) -> tuple[TagCount, ...]:
    """The tags that images of a dataset have, with how many of them."""
    rows = Tag.objects.filter(images__dataset=dataset, images__deleted_at=None)
    counted = rows.annotate(n=Count("images")).order_by("name").values_list("name", "n")
    return tuple(TagCount(name, n) for name, n in counted)
