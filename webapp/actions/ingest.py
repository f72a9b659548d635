"""What the worker does with an uploaded file: claim it, read it, make it an Image."""

from __future__ import annotations

import logging
import shutil
import time
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from webapp.actions.axes import ask_for_axes, remembered_answer, take_answer
from webapp.actions.claims import MAX_ATTEMPTS, LostClaim
from webapp.actions.grouping import take_over_parts
from webapp.actions.images import add_image, image_id_of
from webapp.actions.parts import wait_for_others
from webapp.actions.unpacking import unpack
from webapp.actions.uploads import CLAIMS, INGEST_TASK, fail_upload, part_path, tell_upload
from webapp.audit.log import record_event
from webapp.audit.verbs import Verb
from webapp.imaging.axes import PICTURES, AxesUnknown
from webapp.imaging.child import PartOfSeveral, ingest_in_child
from webapp.imaging.image import IngestedImage
from webapp.imaging.limits import Limits, UnreadableImage
from webapp.models import Blob, Image, ImagePart, Upload
from webapp.queue import ask_worker, is_empty
from webapp.states import UploadState
from webapp.storage.blobs import StorageFull, blob_path, blobs_root, digest_of, move_in
from webapp.storage.derived import image_folder, rebuilt_folder
from webapp.storage.packages import BadPackage, is_package

logger = logging.getLogger(__name__)
ASK_AGAIN = timedelta(seconds=20)
TELL_EVERY_S = 0.25


def ingest(upload_id: UUID) -> None:
    """Read one upload to its end: *ready*, or *failed* with one sentence."""
    upload = claim_upload(upload_id)
    if upload is None:
        return
    try:
        with CLAIMS.heartbeat(upload):
            _work(upload)
    except LostClaim:
        logger.info("upload %s is not wanted any more", upload.pk)


def _work(upload: Upload) -> None:
    try:
        if upload.blob_id is None and is_package(part_path(upload.pk)):
            unpack(upload, _progress_teller(upload))
            return
        _keep_original(upload)
        if _is_part_here(upload):
            return
        here = _images_here(upload)
        if here and len(here) == here[0].n_series:
            _say_it_is_here(upload, here)
            return
        with ExitStack() as folders:
            read = _read(upload, here, folders)
        _finish(upload, here, read)
    except PartOfSeveral as found:
        own = [upload.file_name] if found.is_companion else []
        wait_for_others(upload, own + found.file_names)
    except AxesUnknown as unknown:
        logger.info("upload %s asks: %s", upload.pk, unknown.question.kind)
    except UnreadableImage as error:
        logger.info("upload %s: %s %s", upload.pk, error.sentence, error.details)
        _fail(upload, error.sentence)
    except BadPackage as bad:
        _fail(upload, bad.sentence)
    except StorageFull:
        _fail(
            upload,
            "The server's disk is full, so this file could not be read. "
            "Nothing was lost; try again once there is room.",
        )


def limits() -> Limits:
    """What reading one file may cost on this installation."""
    return Limits(
        max_pixels=settings.MAX_IMAGE_PIXELS,
        max_bytes=settings.MAX_UPLOAD_BYTES,
        memory_bytes=settings.INGEST_MEMORY_BYTES,
        cpu_s=settings.INGEST_TIMEOUT_S,
        wall_s=2.0 * settings.INGEST_TIMEOUT_S,
    )


@transaction.atomic
def claim_upload(upload_id: UUID) -> Upload | None:
    """Take the upload if nobody holds it; None when there is nothing to do."""
    if not CLAIMS.take(upload_id, progress=0.0):
        return None
    upload = Upload.objects.select_related("dataset__project", "created_by").get(pk=upload_id)
    if upload.n_attempts > MAX_ATTEMPTS:
        fail_upload(
            upload,
            "Reading this file stopped the worker three times. It was set aside; "
            "export it again, as TIFF if possible.",
        )
        return None
    tell_upload(upload)
    return upload


def sweep_uploads() -> int:
    """Ask again for what nobody holds: held by a worker that is gone, or its message was lost.

    While messages wait, files wait with them; asked for again and again, thousands of files would
    keep the workers busy with messages that mean nothing any more.
    """
    is_lost = CLAIMS.lost()
    if is_empty("cpu"):
        long_ago = timezone.now() - ASK_AGAIN
        is_lost |= Q(state=UploadState.CHECKING, updated_at__lt=long_ago)
    lost = Upload.objects.filter(is_lost).values_list("pk", flat=True)
    for upload_id in lost:
        ask_worker(INGEST_TASK, str(upload_id))
    return len(lost)


def _keep_original(upload: Upload) -> None:
    """The row learns the digest before the bytes go where it says: a crash loses neither."""
    path = part_path(upload.pk)
    if upload.blob_id is None:
        stored = digest_of(path)
        Blob.objects.get_or_create(sha256=stored.sha256, defaults={"size_bytes": stored.size_bytes})
        upload.blob_id = stored.sha256
        upload.save(update_fields=["blob", "updated_at"])
    if path.exists():
        move_in(path, str(upload.blob_id))


def _images_here(upload: Upload) -> list[Image]:
    """The images of the same bytes in the dataset, none twice, in the order of the file."""
    found = Image.objects.filter(dataset=upload.dataset, blob_id=upload.blob_id, deleted_at=None)
    return list({image.series: image for image in found.order_by("series")}.values())


def _is_part_here(upload: Upload) -> bool:
    """Say so when an image of the dataset is made of these bytes and others."""
    part = ImagePart.objects.filter(
        blob=upload.blob_id, image__dataset=upload.dataset, image__deleted_at=None
    ).first()
    if part is not None:
        _end_well(upload, part.image, f"The same file is here already, in {part.image.name}.")
    return part is not None


def _say_it_is_here(upload: Upload, here: list[Image]) -> None:
    others = f" and {len(here) - 1} more" if len(here) > 1 else ""
    sentence = f"The same file is here already, as {here[0].name}{others}. It was not added twice."
    _end_well(upload, here[0], sentence)


@transaction.atomic
def _end_well(upload: Upload, image: Image, sentence: str) -> None:
    CLAIMS.lock(upload)
    upload.state, upload.image, upload.progress = UploadState.READY, image, 1.0
    upload.lease_until, upload.sentence = None, sentence
    upload.save()
    tell_upload(upload)


def _read(upload: Upload, here: list[Image], folders: ExitStack) -> dict[int, IngestedImage]:
    """Read each image of the file that is not here; the first one says how many there are.

    Each has a child process of its own, and no folder comes to its place before all are read.
    AxesUnknown when the file waits for an answer now.
    """
    present = {image.series for image in here}
    listed_in = Path(folders.enter_context(TemporaryDirectory()))
    read: dict[int, IngestedImage] = {}
    series, n_series = 0, here[0].n_series if here else 1
    while series < n_series:
        if series not in present:
            folder = image_folder(image_id_of(upload, series))
            fresh = folders.enter_context(rebuilt_folder(folder))
            read[series] = _read_one(upload, series, fresh, listed_in)
            n_series = read[series].n_series
        series += 1
    return read


def _read_one(upload: Upload, series: int, folder: Path, listed_in: Path) -> IngestedImage:
    """One image of a file, as somebody said that its pages lie where it does not say itself."""
    try:
        return _in_child(upload, series, folder, listed_in)
    except AxesUnknown as unknown:
        answer = remembered_answer(upload, unknown.question)
        pictures = folder / PICTURES
        if answer is None:
            ask_for_axes(upload, unknown.question, pictures)
            raise
        shutil.rmtree(pictures)
        take_answer(upload, answer)
        return _in_child(upload, series, folder, listed_in)


def _in_child(upload: Upload, series: int, folder: Path, listed_in: Path) -> IngestedImage:
    return ingest_in_child(
        blob_path(str(upload.blob_id)),
        folder,
        limits(),
        _progress_teller(upload),
        upload.axes or None,
        series=series,
        may_ask=not (upload.axes or upload.is_manifest or upload.is_alone),
        parts_in=blobs_root() if upload.is_manifest else None,
        listed_in=listed_in,
    )


class _progress_teller:
    """Tells the page, at most four times a second; LostClaim when nobody wants to know."""

    def __init__(self, upload: Upload) -> None:
        self.upload, self.told_at = upload, 0.0

    def __call__(self, progress: float, step: str) -> None:
        if time.monotonic() - self.told_at < TELL_EVERY_S:
            return
        self.told_at = time.monotonic()
        self.upload.progress = progress
        if not CLAIMS.prolong(self.upload, progress=progress):
            raise LostClaim
        tell_upload(self.upload)


@transaction.atomic
def _finish(upload: Upload, here: list[Image], read: dict[int, IngestedImage]) -> None:
    """All images of the file in one transaction."""
    CLAIMS.lock(upload)
    added = [
        add_image(upload=upload, content=content, series=series) for series, content in read.items()
    ]
    upload.state, upload.image, upload.progress = UploadState.READY, added[0], 1.0
    upload.lease_until, upload.sentence = None, ""
    if upload.is_manifest:
        take_over_parts(upload, added)
    if here:
        upload.sentence = (
            f"{len(here)} of the {len(here) + len(added)} images of this file were here already; "
            "only the others were added."
        )
    upload.save()
    tell_upload(upload)


@transaction.atomic
def _fail(upload: Upload, sentence: str) -> None:
    CLAIMS.lock(upload)
    fail_upload(upload, sentence)
    record_event(
        upload.created_by,
        Verb.UPLOAD_FAILED,
        upload,
        project=upload.dataset.project,
        sentence=sentence,
        sha256=upload.blob_id or "",
    )
