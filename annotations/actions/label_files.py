"""Files with masks that were made elsewhere: take one in, choose, accept, discard."""

from __future__ import annotations

import errno
from collections.abc import Iterable
from pathlib import PurePosixPath
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from annotations.models import LabelFile, LabelProposal
from annotations.models.label_file import UNDECIDED, LabelFileState, ProposalState
from annotations.queries.label_files import label_file_for
from webapp import events
from webapp.actions.names import MAX_FILE_NAME, clean_file_name
from webapp.actions.storage import check_quota
from webapp.models import Blob, Dataset, Project, User
from webapp.permissions import Action, require
from webapp.queries.images import image_for
from webapp.queries.projects import dataset_for
from webapp.queue import ask_worker
from webapp.states import Refused
from webapp.storage.blobs import StoredBlob, free_bytes, keep_file, staging_file

AT_END = (LabelFileState.READY, LabelFileState.FAILED)
READ_LABELS = "annotations.read_label_file"
IN_ANOTHER = "This image is in another dataset. Drop its masks there."


def take_in(
    *,
    actor: User,
    dataset_id: UUID,
    image_id: UUID | None = None,
    name: str,
    pieces: Iterable[bytes],
) -> LabelFile:
    """Keep the bytes of a file as they arrive, and have them read; nothing else changes yet.

    With an image everything in the file is meant for that one. Refused when the file is too large,
    OverQuota when the project may not keep it, StorageFull when the disk has no room.
    """
    dataset = dataset_for(actor, dataset_id)
    require(actor, Action.EDIT_LABELS, dataset.project)
    if image_id is not None and image_for(actor, image_id).dataset_id != dataset.pk:
        raise Refused(IN_ANOTHER)
    return _add(actor, dataset, image_id, clean_path(name), _stored(dataset.project, pieces))


@transaction.atomic
def _add(
    actor: User, dataset: Dataset, image_id: UUID | None, name: str, stored: StoredBlob
) -> LabelFile:
    require(actor, Action.EDIT_LABELS, dataset.project)
    Blob.objects.get_or_create(sha256=stored.sha256, defaults={"size_bytes": stored.size_bytes})
    label_file = LabelFile.objects.create(
        dataset=dataset, image_id=image_id, name=name, blob_id=stored.sha256, created_by=actor
    )
    ask_worker(READ_LABELS, str(label_file.pk))
    tell_label_file(label_file)
    return label_file


@transaction.atomic
def discard_file(*, actor: User, file_id: UUID) -> None:
    """Leave out everything of a file that is undecided; one that brought nothing goes."""
    label_file = label_file_for(actor, file_id, is_locked=True)
    leave_out(label_file.proposals.filter(state__in=UNDECIDED), actor)
    LabelFile.objects.filter(pk=file_id).update(state=LabelFileState.READY, claim=None)
    forget_fruitless(LabelFile.objects.filter(pk=file_id))
    tell_dataset(label_file.dataset)


def leave_out(proposals: QuerySet[LabelProposal], actor: User) -> int:
    """Decide against masks; their bytes are kept no longer. Returns how many they were."""
    return proposals.update(
        state=ProposalState.DISCARDED, labels=None, decided_by=actor, decided_at=timezone.now()
    )


def forget_fruitless(files: QuerySet[LabelFile]) -> None:
    """Of files of which nothing was accepted and nothing waits, the bytes are kept no longer."""
    brought = LabelProposal.objects.filter(file=OuterRef("pk")).exclude(
        state=ProposalState.DISCARDED
    )
    files.filter(~Exists(brought), state__in=AT_END).delete()


def clean_path(name: str) -> str:
    """A name with its folders, fit to be shown; never used as a path."""
    parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".", "..")]
    return str(PurePosixPath(*map(clean_file_name, parts or ["unnamed"])))[-MAX_FILE_NAME:]


def tell_label_file(label_file: LabelFile) -> None:
    """After commit: everybody's page of masks."""
    tell_dataset(label_file.dataset)


def tell_dataset(dataset: Dataset) -> None:
    """After commit: the masks that wait in a dataset have changed."""
    events.tell_project(dataset.project_id, {"type": "label_files", "dataset": str(dataset.pk)})


def _stored(project: Project, pieces: Iterable[bytes]) -> StoredBlob:
    n_bytes = 0
    with staging_file() as (path, file):
        for piece in pieces:
            n_bytes += len(piece)
            if n_bytes > settings.MAX_UPLOAD_BYTES:
                limit = settings.MAX_UPLOAD_BYTES / 2**30
                raise Refused(f"This file is larger than the {limit:.0f} GB this server takes.")
            if free_bytes() - len(piece) < settings.MIN_FREE_BYTES:
                raise OSError(errno.ENOSPC, "The disk is nearly full")
            file.write(piece)
        if not n_bytes:
            raise Refused("This file is empty. Export the masks again.")
        check_quota(project, n_bytes)
        file.close()
        return keep_file(path)
