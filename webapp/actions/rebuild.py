"""Make derived files again: everything under `derived/` may be deleted at any time."""

from __future__ import annotations

from uuid import UUID

from django.core.cache import cache

from webapp.actions.ingest import limits
from webapp.imaging.child import ingest_in_child
from webapp.models import Image
from webapp.queue import ask_worker
from webapp.storage.blobs import blob_path
from webapp.storage.derived import image_folder, rebuilt_folder

REBUILD_TASK = "webapp.rebuild_image"
ASK_AGAIN_S = 60


def ask_for_rebuild(image_id: UUID) -> None:
    """Queue the pyramid of an image to be made again; asked often, queued once a minute."""
    if cache.add(f"rebuild:{image_id}", True, ASK_AGAIN_S):
        ask_worker(REBUILD_TASK, str(image_id))


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
            series=image.series,
        )
    return True
