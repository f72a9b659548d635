"""Quotas of projects, and what derived files take."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.http import Http404

from webapp.audit.log import record_event
from webapp.audit.verbs import Verb
from webapp.models import Image, Project, User
from webapp.queries.storage import bytes_on_the_way, kept_by, total_of
from webapp.states import Refused
from webapp.storage.derived import image_folder

AT_ONCE = 200
GB = 10**9
LARGEST = 9 * 10**18


class OverQuota(Refused):
    """The project has used up what it may keep."""

    code = "over_quota"


@transaction.atomic
def change_quota(*, actor: User, project_id: UUID, quota_bytes: int | None) -> Project:
    """How much a project may keep; None is as much as the disk has.

    For the owner of the installation, whether she belongs to the project or not; Http404 else.
    """
    if not actor.is_lab_owner or actor.only_project_id is not None:
        raise Http404("Nothing is here for you.")
    rows = Project.objects.select_for_update().filter(pk=project_id, deleted_at=None)
    project = rows.first()
    if project is None:
        raise Http404("Nothing is here for you.")
    if quota_bytes is not None and not 0 < quota_bytes <= LARGEST:
        raise Refused("A quota is a size above zero, at most 9 million TB. Empty is no quota.")
    if quota_bytes != project.quota_bytes:
        before, project.quota_bytes = project.quota_bytes, quota_bytes
        project.save(update_fields=["quota_bytes"])
        record_event(
            actor,
            Verb.QUOTA_CHANGED,
            project,
            project=project,
            quota_bytes=[before, quota_bytes],
        )
    return project


def check_quota(project: Project, more_bytes: int) -> None:
    """OverQuota when the project may not keep so much more; what is on its way counts."""
    if project.quota_bytes is None:
        return
    used = total_of(kept_by(project)) + bytes_on_the_way(project)
    if used + more_bytes <= project.quota_bytes:
        return
    raise OverQuota(
        f"This project may keep {project.quota_bytes / GB:,.1f} GB and has used "
        f"{used / GB:,.1f} GB, so there is no room for {_size(more_bytes)} more. Nothing was "
        "lost; empty its trash, or ask the owner of the installation for a larger quota."
    )


def measure_derived() -> int:
    """Note what derived files take, of images that nobody has measured; returns how many."""
    waiting = Image.objects.filter(derived_bytes=None).values_list("pk", flat=True)[:AT_ONCE]
    measured = [(pk, _bytes_in(image_folder(pk))) for pk in waiting]
    for pk, n_bytes in measured:
        Image.objects.filter(pk=pk).update(derived_bytes=n_bytes)
    return len(measured)


def room_is_short(free: int) -> bool:
    """Is the disk so full that uploads will soon be refused?"""
    return free < 4 * settings.MIN_FREE_BYTES


def _bytes_in(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def _size(n_bytes: int) -> str:
    return f"{n_bytes / GB:,.1f} GB" if n_bytes >= GB else f"{n_bytes / 10**6:,.1f} MB"
