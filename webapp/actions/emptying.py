"""Out of the trash for good: by an owner who typed its name, or by itself after 30 days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone

from webapp.actions.erasing import erase_dataset_row, erase_image_rows, erase_project_row
from webapp.models import Dataset, Image, Project, User
from webapp.permissions import Action, require
from webapp.queries.projects import project_for
from webapp.queries.trash import datasets_in_trash, images_in_trash, projects_in_trash, ties_of
from webapp.states import Refused


@transaction.atomic
def erase_from_trash(
    *,
    actor: User,
    project_id: UUID,
    image_ids: Sequence[UUID] = (),
    dataset_ids: Sequence[UUID] = (),
    typed: str,
) -> int:
    """Erase images and datasets of a project's trash; returns how many rows of it are gone.

    `typed` is the name of the project. Those that are no longer in the trash stay; Conflict while
    one is being worked on, and then all stay.
    """
    project = project_for(actor, project_id)
    require(actor, Action.ERASE, project)
    _check_typed(typed, project)
    chosen = images_in_trash(project).filter(pk__in=image_ids)
    images = list(chosen.select_related("dataset__project").select_for_update(of=("self",)))
    found = datasets_in_trash(project).filter(pk__in=dataset_ids)
    datasets = list(found.select_related("project").select_for_update(of=("self",)))
    if not images and not datasets:
        raise Refused("Choose what to erase. What you chose is no longer in the trash.")
    for dataset in datasets:
        erase_dataset_row(dataset, actor)
    erase_image_rows(images, actor)
    return len(images) + len(datasets)


@transaction.atomic
def erase_project(*, actor: User, project_id: UUID, typed: str) -> Project:
    """Erase a project of the trash with everything in it, by an owner who types its name."""
    rows = projects_in_trash(actor).select_for_update(of=("self",))
    project = rows.filter(pk=project_id).first()
    if project is None:
        raise Http404("Nothing is here for you.")
    _check_typed(typed, project)
    erase_project_row(project, actor)
    return project


def empty_trash() -> int:
    """Erase what lies in the trash for 30 days and nothing holds on to; returns how many rows."""
    old = _old()
    projects = Project.objects.filter(deleted_at__lt=old)
    datasets = Dataset.objects.filter(deleted_at__lt=old, project__deleted_at=None)
    images = Image.objects.filter(
        deleted_at__lt=old, dataset__deleted_at=None, dataset__project__deleted_at=None
    )
    return (
        sum(_erase_old_project(row) for row in projects.values_list("pk", flat=True))
        + sum(_erase_old_dataset(row) for row in datasets.values_list("pk", flat=True))
        + sum(_erase_old_image(row) for row in images.values_list("pk", flat=True))
    )


@transaction.atomic
def _erase_old_project(project_id: UUID) -> bool:
    rows = Project.objects.select_for_update(skip_locked=True)
    project = rows.filter(pk=project_id, deleted_at__lt=_old()).first()
    if project is None or _is_held(Image.objects.filter(dataset__project=project)):
        return False
    erase_project_row(project, None)
    return True


@transaction.atomic
def _erase_old_dataset(dataset_id: UUID) -> bool:
    rows = Dataset.objects.select_for_update(of=("self",), skip_locked=True)
    dataset = rows.select_related("project").filter(pk=dataset_id, deleted_at__lt=_old()).first()
    if dataset is None or _is_held(dataset.images.all()):
        return False
    erase_dataset_row(dataset, None)
    return True


@transaction.atomic
def _erase_old_image(image_id: UUID) -> bool:
    rows = Image.objects.select_for_update(of=("self",), skip_locked=True)
    image = (
        rows.select_related("dataset__project").filter(pk=image_id, deleted_at__lt=_old()).first()
    )
    if image is None or _is_held(Image.objects.filter(pk=image_id)):
        return False
    erase_image_rows([image], None)
    return True


def _is_held(images: QuerySet[Image]) -> bool:
    """Does anything hold on to one of them?"""
    ties = ties_of(images.values_list("pk", flat=True))
    return bool(ties.kept or ties.busy)


def _old() -> datetime:
    moment: datetime = timezone.now() - settings.TRASH_EXPIRY
    return moment


def _check_typed(typed: str, project: Project) -> None:
    if typed.strip() != project.name:
        raise Refused(
            f"To erase for good, type the name of the project: {project.name}. Nothing was erased."
        )
