"""What erasing an image, a dataset or a project means, whoever asked for it.

Audit events and the edit logs stay. The bytes of blobs are removed later, when nothing names them
(`unused_blobs.py`); derived files go after the commit.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from uuid import UUID

from django.db import transaction

from webapp import events
from webapp.actions.uploads import part_path
from webapp.audit.log import record_event
from webapp.audit.verbs import Verb
from webapp.models import Dataset, Image, Project, Upload, User
from webapp.queries.trash import Ties, ties_of
from webapp.states import Conflict
from webapp.storage.derived import image_folder


def erase_project_row(project: Project, actor: User | None) -> None:
    """A project with everything in it, in the caller's transaction.

    The chain of its audit events stays, and the lab's gets one about it.
    """
    for dataset in project.datasets.select_related("project"):
        erase_dataset_row(dataset, actor)
    record_event(actor, Verb.PROJECT_ERASED, project, project=project)
    record_event(actor, Verb.PROJECT_ERASED, project, is_demo=project.is_demo)
    project.delete()


def erase_dataset_row(dataset: Dataset, actor: User | None) -> None:
    """A dataset with its images, plates, runs and reports, in the caller's transaction."""
    images = list(dataset.images.select_related("dataset__project"))
    parts = [part_path(pk) for pk in dataset.uploads.values_list("pk", flat=True)]
    transaction.on_commit(lambda: _unlink(parts), robust=True)
    erase_image_rows(images, actor)
    record_event(
        actor,
        Verb.DATASET_ERASED,
        dataset,
        project=dataset.project,
        n_images=len(images),
        reports=_reports_of(dataset),
    )
    dataset.delete()


def erase_image_rows(images: Sequence[Image], actor: User | None) -> None:
    """Images with their masks and results, in the caller's transaction.

    The log keeps what was lost and what had held on to it. Conflict while one is worked on.
    """
    ids = {image.pk for image in images}
    ties = ties_of(ids)
    _check_not_busy(images, ties)
    for image in images:
        record_event(
            actor,
            Verb.IMAGE_ERASED,
            image,
            project=image.dataset.project,
            sha256=image.blob_id,
            file_name=image.file_name,
            dataset=image.dataset.name,
            held_by=ties.kept.get(image.pk, []),
        )
    folders = [image_folder(pk) for pk in ids]
    events.announce("images.erasing", image_ids=ids, folders=folders)
    _forget_uploads(ids)
    Image.objects.filter(pk__in=ids).delete()
    transaction.on_commit(lambda: _remove(folders), robust=True)


def _forget_uploads(image_ids: set[UUID]) -> None:
    """The rows of the files that brought these images, when none of theirs is left."""
    brought = Upload.objects.filter(images__in=image_ids) | Upload.objects.filter(
        image__in=image_ids
    )
    ids = set(brought.values_list("pk", flat=True))
    others = Image.objects.filter(upload__in=ids).exclude(pk__in=image_ids)
    Upload.objects.filter(pk__in=ids - set(others.values_list("upload", flat=True))).delete()


def _reports_of(dataset: Dataset) -> list[dict[str, str]]:
    """What the log keeps of the reports that go with a dataset; listeners add to it."""
    reports: list[dict[str, str]] = []
    events.announce("dataset.erasing", dataset=dataset, reports=reports)
    return reports


def _check_not_busy(images: Sequence[Image], ties: Ties) -> None:
    for image in images:
        for reason in ties.busy.get(image.pk, ()):
            raise Conflict(f"{image.name}: {reason} Nothing was erased.")


def _unlink(files: Iterable[Path]) -> None:
    for file in files:
        file.unlink(missing_ok=True)


def _remove(folders: Iterable[Path]) -> None:
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
