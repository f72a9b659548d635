"""Make derived files again: everything under `derived/` may be deleted at any time."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from django.core.cache import cache

from webapp.actions.axes import keep_pictures
from webapp.actions.ingest import limits
from webapp.imaging.axes import PICTURES, AxesUnknown
from webapp.imaging.child import ingest_in_child
from webapp.models import Image, Upload
from webapp.queue import ask_worker
from webapp.states import UploadState
from webapp.storage.blobs import blob_path, blobs_root
from webapp.storage.derived import image_folder, rebuilt_folder

REBUILD_TASK = "webapp.rebuild_image"
QUESTION_TASK = "webapp.rebuild_question"
ASK_AGAIN_S = 60


def ask_for_rebuild(image_id: UUID) -> None:
    """Queue the pyramid of an image to be made again; asked often, queued once a minute."""
    if cache.add(f"rebuild:{image_id}", True, ASK_AGAIN_S):
        ask_worker(REBUILD_TASK, str(image_id))


def ask_for_pictures(upload: Upload) -> None:
    """The pictures of a question are gone: let the file ask anew, at most once a minute."""
    is_asking = upload.state == UploadState.ASKING
    if is_asking and cache.add(f"pictures:{upload.pk}", True, ASK_AGAIN_S):
        ask_worker(QUESTION_TASK, str(upload.pk))


def rebuild_question(upload_id: UUID) -> None:
    """The pictures of a question from the original of the file; nothing once it is answered."""
    upload = Upload.objects.filter(pk=upload_id, state=UploadState.ASKING).first()
    if upload is None:
        return
    with TemporaryDirectory() as folder, suppress(AxesUnknown):
        try:
            ingest_in_child(
                blob_path(str(upload.blob_id)),
                Path(folder),
                limits(),
                lambda _share, _step: None,
                may_ask=True,
            )
        finally:
            keep_pictures(upload, Path(folder) / PICTURES)


def rebuild_image(image_id: UUID) -> bool:
    """Pyramid and thumbnail of an image from its original; False when they are there."""
    folder = image_folder(image_id)
    if (folder / "pyramid.zarr" / "zarr.json").exists() and (folder / "thumbnail.webp").exists():
        return False
    image = Image.objects.get(pk=image_id)
    with rebuilt_folder(folder) as fresh:
        ingest_in_child(
            blob_path(image.blob_id),
            fresh,
            limits(),
            lambda _share, _step: None,
            image.axes_said or None,
            series=image.series,
            parts_in=blobs_root() if image.parts.exists() else None,
        )
    return True
