"""One file on its way in: start, append parts, hand over to the worker, cancel, retry."""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Sum
from django.utils import timezone

from webapp import events
from webapp.actions.claims import Claims
from webapp.actions.names import clean_file_name
from webapp.actions.storage import check_quota
from webapp.models import Image, Upload, User
from webapp.permissions import Action, require
from webapp.queries.projects import dataset_for
from webapp.queries.uploads import upload_for
from webapp.queue import ask_worker
from webapp.states import Conflict, Refused, UploadState
from webapp.storage.blobs import free_bytes

INGEST_TASK = "webapp.ingest_upload"
CLAIMS = Claims(Upload, UploadState.CHECKING, UploadState.CONVERTING)
CAN_BE_CANCELLED = (
    *(UploadState.SENDING, UploadState.FAILED),
    *(UploadState.ASKING, UploadState.PARTIAL),
)


class WrongOffset(Conflict):
    """The part does not start where the server's bytes end."""

    code = "wrong_offset"

    def __init__(self, offset_bytes: int) -> None:
        self.offset_bytes = offset_bytes
        super().__init__(f"The server has {offset_bytes} bytes of this file. Continue from there.")

    def facts(self) -> dict[str, Any]:
        """Where to continue."""
        return {"offset_bytes": self.offset_bytes}


def part_path(upload_id: UUID) -> Path:
    """Where the bytes of an unfinished upload lie."""
    return Path(settings.DATA_DIR) / "incoming" / "uploads" / str(upload_id)


@transaction.atomic
def start_upload(*, actor: User, dataset_id: UUID, file_name: str, size_bytes: int) -> Upload:
    """Make room for one file; refused with a sentence when it cannot fit."""
    dataset = dataset_for(actor, dataset_id)
    require(actor, Action.UPLOAD, dataset.project)
    if size_bytes < 0:
        raise Refused("The size of the file is missing.")
    if size_bytes > settings.MAX_UPLOAD_BYTES:
        limit = settings.MAX_UPLOAD_BYTES / 2**30
        raise Refused(f"This file is larger than the {limit:.0f} GB this server takes.")
    _check_room(size_bytes)
    check_quota(dataset.project, size_bytes)
    upload = Upload.objects.create(
        dataset=dataset,
        file_name=clean_file_name(file_name),
        size_bytes=size_bytes,
        created_by=actor,
    )
    if size_bytes == 0:
        fail_upload(upload, "This file is empty. Export it again from the microscope software.")
    tell_upload(upload)
    return upload


def append_part(
    *, actor: User, upload_id: UUID, offset_bytes: int, pieces: Iterable[bytes]
) -> Upload:
    """Write one part to disk as it arrives; the row moves on once the bytes are safe.

    Raises WrongOffset when the part does not continue the file, Conflict when another
    connection is writing it. A broken connection keeps what arrived in full parts.
    """
    upload = upload_for(actor, upload_id)
    _check_sending(upload)
    path = part_path(upload.pk)
    path.parent.mkdir(parents=True, exist_ok=True)
    with _only_writer(path) as file:
        upload.refresh_from_db()
        _check_sending(upload)
        if offset_bytes != upload.offset_bytes:
            raise WrongOffset(upload.offset_bytes)
        # Bytes beyond the row belong to a part that was never confirmed.
        file.truncate(offset_bytes)
        file.seek(offset_bytes)
        _write(file, pieces, limit=upload.size_bytes - offset_bytes)
        return _move_on(actor, upload.pk, offset_bytes, file.tell())


@transaction.atomic
def cancel_upload(*, actor: User, upload_id: UUID) -> Upload:
    """Stop sending; what arrived is removed."""
    upload = upload_for(actor, upload_id, is_locked=True)
    if upload.state in CAN_BE_CANCELLED:
        upload.state = UploadState.CANCELLED
        upload.save(update_fields=["state", "updated_at"])
        transaction.on_commit(lambda: part_path(upload.pk).unlink(missing_ok=True))
        tell_upload(upload)
    return upload


@transaction.atomic
def retry_upload(*, actor: User, upload_id: UUID) -> Upload:
    """Read a failed file once more, without sending it again when its bytes are still here.

    A file that waits for the others of its image is read alone.
    """
    upload = upload_for(actor, upload_id, is_locked=True)
    if upload.state not in (UploadState.FAILED, UploadState.PARTIAL):
        raise Refused("Only a failed upload can be tried again.")
    upload.is_alone = upload.is_alone or upload.state == UploadState.PARTIAL
    if upload.blob_id is None and not part_path(upload.pk).exists():
        raise Refused("The bytes of this file are gone. Upload it again.")
    upload.state, upload.sentence, upload.n_attempts = UploadState.CHECKING, "", 0
    upload.lease_until = None
    upload.save()
    ask_worker(INGEST_TASK, str(upload.pk))
    tell_upload(upload)
    return upload


def fail_upload(upload: Upload, sentence: str) -> None:
    """End with one sentence; only this file is concerned."""
    upload.state, upload.sentence, upload.lease_until = UploadState.FAILED, sentence, None
    upload.save()
    tell_upload(upload)


def tell_upload(upload: Upload) -> None:
    """After commit: the row of this file on everybody's upload page."""
    is_ready = upload.state == UploadState.READY
    events.tell_project(
        upload.dataset.project_id,
        {
            "type": "upload",
            "upload": str(upload.pk),
            "dataset": str(upload.dataset_id),
            "file_name": upload.shown_name,
            "state": str(upload.state),
            "progress": upload.progress,
            "sentence": upload.sentence,
            "image": str(upload.image_id) if upload.image_id else None,
            "n_images": upload.images.count() if is_ready else 0,
            "facts": _facts(upload.image) if is_ready and upload.image else None,
        },
    )


def _facts(image: Image) -> dict[str, Any]:
    """What the row of a file says of its image, so that no page has to ask for it."""
    return {"shape": image.shape, "pixel_size_um": image.pixel_size_um}


def _check_sending(upload: Upload) -> None:
    if upload.state != UploadState.SENDING:
        raise Conflict(f"This upload is {upload.get_state_display().lower()} already.")


def _check_room(size_bytes: int) -> None:
    """Room for the file and for what other files are still to bring."""
    others = Upload.objects.filter(state=UploadState.SENDING)
    promised = others.aggregate(n=Sum(F("size_bytes") - F("offset_bytes")))["n"] or 0
    if free_bytes() - size_bytes - promised < settings.MIN_FREE_BYTES:
        raise Refused(
            "The server's disk is nearly full, so this file was not taken. "
            "Nothing was lost; ask whoever runs the server to make room, then upload it again."
        )


@contextmanager
def _only_writer(path: Path) -> Iterator[BinaryIO]:
    with open(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Conflict("Another connection is sending this file. Wait a moment.") from None
        yield file


def _write(file: BinaryIO, pieces: Iterable[bytes], *, limit: int) -> None:
    try:
        for piece in pieces:
            if len(piece) > limit:
                raise Refused("More bytes arrived than the file was announced with.")
            file.write(piece)
            limit -= len(piece)
        file.flush()
        os.fsync(file.fileno())
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise Refused(
                "The server's disk is full. What arrived so far is kept; "
                "the upload goes on once there is room."
            ) from error
        raise


@transaction.atomic
def _move_on(actor: User, upload_id: UUID, before: int, after: int) -> Upload:
    upload = upload_for(actor, upload_id, is_locked=True)
    _check_sending(upload)
    if upload.offset_bytes != before:
        raise WrongOffset(upload.offset_bytes)
    upload.offset_bytes = after
    if after == upload.size_bytes:
        upload.state = UploadState.CHECKING
        ask_worker(INGEST_TASK, str(upload.pk))
    upload.updated_at = timezone.now()
    upload.save()
    if upload.state == UploadState.CHECKING:
        tell_upload(upload)
    return upload
