"""The worker's doors of the lab."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task

from webapp.actions.emptying import empty_trash
from webapp.actions.expiry import expire_uploads
from webapp.actions.ingest import ingest, sweep_uploads
from webapp.actions.rebuild import rebuild_image, rebuild_question
from webapp.actions.unused_blobs import remove_unused_blobs
from webapp.storage.leftovers import remove_leftovers


@shared_task(name="webapp.ingest_upload")
def ingest_upload(upload_id: str) -> None:
    """Read one uploaded file."""
    ingest(UUID(upload_id))


@shared_task(name="webapp.rebuild_image")
def rebuild(image_id: str) -> None:
    """Make the pyramid of an image again."""
    rebuild_image(UUID(image_id))


@shared_task(name="webapp.rebuild_question")
def rebuild_pictures(upload_id: str) -> None:
    """Make the pictures of a file's question again."""
    rebuild_question(UUID(upload_id))


@shared_task(name="webapp.sweep")
def sweep() -> int:
    """Ask again for uploads whose worker was lost, and give up those that nobody finishes."""
    return sweep_uploads() + expire_uploads()


@shared_task(name="webapp.empty_trash")
def empty() -> int:
    """Erase what lay in the trash for 30 days, and bytes that nothing names or finishes."""
    n_rows = empty_trash()
    remove_unused_blobs()
    remove_leftovers()
    return n_rows
