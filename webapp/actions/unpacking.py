"""A zip that was uploaded becomes the uploads of the files in it."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.conf import settings
from django.db import transaction

from webapp.actions.names import clean_file_name
from webapp.actions.storage import OverQuota, check_quota
from webapp.actions.uploads import CLAIMS, INGEST_TASK, fail_upload, part_path, tell_upload
from webapp.models import Upload
from webapp.queue import ask_worker
from webapp.states import UploadState
from webapp.storage.blobs import free_bytes
from webapp.storage.packages import BadPackage, Member, Package, open_package

Progress = Callable[[float, str], None]


def unpack(upload: Upload, on_progress: Progress) -> None:
    """Make an upload of every file in the zip; BadPackage when none can be made.

    A member that cannot be unpacked is a failed upload with its own sentence. What was made before
    a crash is not made again: the id of a member follows from the zip's and its place in it.
    """
    with open_package(part_path(upload.pk)) as package:
        members = package.members
        n_bytes = sum(member.size_bytes for member in members)
        _check_room(n_bytes)
        _check_quota(upload, n_bytes)
        n_done = 0

        def hear(n_more: int) -> None:
            nonlocal n_done
            n_done += n_more
            on_progress(n_done / max(1, n_bytes), "unpacking")

        for member in members:
            _unpack_one(upload, package, member, hear)
    _finish(upload, len(members))


def _unpack_one(
    zip_upload: Upload, package: Package, member: Member, on_bytes: Callable[[int], None]
) -> None:
    upload_id = uuid.uuid5(zip_upload.pk, str(member.number))
    if Upload.objects.filter(pk=upload_id).exists():
        return
    target, sentence = part_path(upload_id), ""
    try:
        if member.size_bytes > settings.MAX_UPLOAD_BYTES:
            raise BadPackage("This file is larger than this server takes.")
        package.unpack(member, target, on_bytes)
    except BadPackage as bad:
        sentence = bad.sentence
        target.unlink(missing_ok=True)
    _start(zip_upload, upload_id, member, sentence)


@transaction.atomic
def _start(zip_upload: Upload, upload_id: uuid.UUID, member: Member, sentence: str) -> None:
    upload = Upload.objects.create(
        id=upload_id,
        dataset=zip_upload.dataset,
        file_name=clean_file_name(member.name),
        size_bytes=member.size_bytes,
        offset_bytes=member.size_bytes,
        state=UploadState.CHECKING,
        created_by=zip_upload.created_by,
    )
    if sentence:
        fail_upload(upload, sentence)
        return
    ask_worker(INGEST_TASK, str(upload.pk))
    tell_upload(upload)


@transaction.atomic
def _finish(upload: Upload, n_files: int) -> None:
    """The zip has done its work; each file in it is an original of its own."""
    CLAIMS.lock(upload)
    upload.state, upload.progress, upload.lease_until = UploadState.READY, 1.0, None
    what = "1 file was" if n_files == 1 else f"{n_files:,} files were"
    upload.sentence = f"{what} unpacked; each has a row of its own."
    upload.save()
    transaction.on_commit(lambda: part_path(upload.pk).unlink(missing_ok=True))
    tell_upload(upload)


def _check_quota(upload: Upload, n_bytes: int) -> None:
    """The zip itself is not kept, so its own bytes make room for its files."""
    try:
        check_quota(upload.dataset.project, n_bytes - upload.size_bytes)
    except OverQuota as refusal:
        raise BadPackage(str(refusal)) from refusal


def _check_room(n_bytes: int) -> None:
    if n_bytes > free_bytes() - settings.MIN_FREE_BYTES:
        raise BadPackage(
            f"Unpacked this zip would be {n_bytes / 2**30:,.1f} GB, for which the server's disk "
            "has no room. Nothing was unpacked."
        )
