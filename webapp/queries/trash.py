"""What lies in the trash, until when, and what holds on to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Q, QuerySet

from webapp import events
from webapp.models import Dataset, Image, Project, Role, User


@dataclass(frozen=True)
class Ties:
    """What holds on to images, by image, in words for a person.

    An image of `kept` is never erased by itself, only by an owner; one of `busy` by nobody now.
    """

    kept: defaultdict[UUID, list[str]] = field(default_factory=lambda: defaultdict(list))
    busy: defaultdict[UUID, list[str]] = field(default_factory=lambda: defaultdict(list))


@dataclass(frozen=True)
class ThrownAway:
    """A dataset or an image in the trash, as its row shows it."""

    subject: Dataset | Image
    is_dataset: bool
    n_images: int
    kept: tuple[str, ...]

    @property
    def erased_at(self) -> datetime | None:
        """When it goes by itself; None when something holds on to it."""
        moment = self.subject.deleted_at
        return moment + settings.TRASH_EXPIRY if moment and not self.kept else None


def ties_of(image_ids: Iterable[UUID]) -> Ties:
    """Ask the higher apps what holds on to these images; listeners of `images.ties` add to it."""
    ties = Ties()
    events.announce("images.ties", image_ids=set(image_ids), ties=ties)
    return ties


def datasets_in_trash(project: Project) -> QuerySet[Dataset]:
    """The datasets of a project that were thrown away, the newest first."""
    return project.datasets.exclude(deleted_at=None).order_by("-deleted_at")


def images_in_trash(project: Project) -> QuerySet[Image]:
    """The images that were thrown away one by one, of datasets that are still there."""
    rows = Image.objects.filter(dataset__project=project, dataset__deleted_at=None)
    return rows.exclude(deleted_at=None).order_by("-deleted_at", "name")


def projects_in_trash(actor: User) -> QuerySet[Project]:
    """The projects that a person owns and that were thrown away."""
    rows = Project.objects.filter(memberships__user=actor, memberships__role=Role.OWNER)
    if actor.only_project_id is not None:
        rows = rows.filter(pk=actor.only_project_id)
    return rows.exclude(deleted_at=None).order_by("-deleted_at")


def n_in_trash(project: Project) -> int:
    """How many rows the trash of a project has."""
    return datasets_in_trash(project).count() + images_in_trash(project).count()


def describe_images(images: Iterable[Image]) -> list[ThrownAway]:
    """Rows of single images."""
    images = list(images)
    kept = ties_of(image.pk for image in images).kept
    return [ThrownAway(image, False, 1, tuple(kept.get(image.pk, ()))) for image in images]


def describe_datasets(datasets: QuerySet[Dataset]) -> list[ThrownAway]:
    """Rows of datasets; what holds on to any of its images holds on to the whole."""
    here = Count("images", filter=Q(images__deleted_at=None))
    rows = datasets.select_related("deleted_by").annotate(n_images=here)
    return [ThrownAway(dataset, True, dataset.n_images, whats_kept_in(dataset)) for dataset in rows]


def whats_kept_in(dataset: Dataset) -> tuple[str, ...]:
    """What holds on to the images of a dataset, each reason with how often."""
    kept = ties_of(dataset.images.values_list("pk", flat=True)).kept
    counts: dict[str, int] = defaultdict(int)
    for reasons in kept.values():
        for reason in reasons:
            counts[reason] += 1
    return tuple(f"{reason} · {n}" if n > 1 else reason for reason, n in counts.items())
