"""The demo project: real images that show the whole way at the first start."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import transaction

from webapp.actions.datasets import create_dataset
from webapp.actions.ingest import ingest
from webapp.actions.projects import create_project
from webapp.actions.uploads import part_path, start_upload
from webapp.audit.log import LAB
from webapp.audit.verbs import Verb
from webapp.models import AuditEvent, Dataset, Project, Upload, User
from webapp.states import UploadState

DEMO = Path(__file__).resolve().parents[1] / "demo"
ROBOT = "demo@coverslip.invalid"
DESCRIPTION = (
    "Real microscopy from open collections, with thanks to the people who shared it. "
    "Try everything here; the project can be removed with one click."
)


def demo_entries() -> list[dict[str, Any]]:
    """The shipped images with their dataset, title, source, citation and licence."""
    entries: list[dict[str, Any]] = json.loads((DEMO / "demo.json").read_text("utf-8"))["images"]
    return entries


def load_demo(*, on_progress: Callable[[str], None]) -> Project | None:
    """Make the demo project once; goes on where a stopped start left off.

    None when it was made before and a person removed it.
    """
    if _was_erased():
        return None
    project = _project()
    if project.deleted_at is not None:
        return None
    robot = User.objects.get(email=ROBOT)
    for entry in demo_entries():
        dataset = _dataset(robot, project, entry["dataset"])
        if dataset.images.filter(file_name=Path(entry["file"]).name).exists():
            continue
        on_progress(entry["title"])
        ingest(_upload(robot, dataset, DEMO / entry["file"]).pk)
    return project


def _was_erased() -> bool:
    """Did the demo project leave the trash for good?"""
    erased = AuditEvent.objects.filter(scope=LAB, verb=Verb.PROJECT_ERASED)
    return erased.filter(detail__is_demo=True).exists()


@transaction.atomic
def _project() -> Project:
    robot, is_new = User.objects.get_or_create(
        email=ROBOT, defaults={"name": "Coverslip demo", "is_active": True}
    )
    if is_new:
        robot.set_unusable_password()
        robot.save()
    found = Project.objects.filter(is_demo=True).first()
    if found is not None:
        return found
    return create_project(
        actor=robot, name="Demo: real cells", description=DESCRIPTION, is_demo=True
    )


def _dataset(robot: User, project: Project, name: str) -> Dataset:
    found = project.datasets.filter(name=name, deleted_at=None).first()
    return found or create_dataset(actor=robot, project_id=project.pk, name=name)


def _upload(robot: User, dataset: Dataset, file: Path) -> Upload:
    size = file.stat().st_size
    upload = start_upload(actor=robot, dataset_id=dataset.pk, file_name=file.name, size_bytes=size)
    part_path(upload.pk).parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, part_path(upload.pk))
    upload.offset_bytes, upload.state = size, UploadState.CHECKING
    upload.save()
    return upload
