"""The worker's doors of the experts' app."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task

from annotations.actions.base import base_objects, base_pyramid
from annotations.actions.head import open_head
from annotations.actions.thumbnail import outlined_thumbnail
from annotations.models import Annotation

LARGE_PX = 16_000_000


@shared_task(name="annotations.prepare")
def prepare(annotation_id: str) -> None:
    """Build what the viewer will ask for: tiles, objects, thumbnail of version 0.

    Of a large image also the raster that edits are checked against: the first stroke would have to
    wait for it.
    """
    annotation = Annotation.objects.select_related("image", "base").get(pk=UUID(annotation_id))
    if annotation.base_id is not None:
        base_pyramid(annotation)
        base_objects(annotation)
        if annotation.image.height * annotation.image.width >= LARGE_PX:
            open_head(annotation)
    outlined_thumbnail(annotation)


@shared_task(name="annotations.make_report")
def make_report(report_id: str) -> None:
    """Measure and write one report."""
    from annotations.actions.report_work import work_on

    work_on(UUID(report_id))


@shared_task(name="annotations.read_label_file")
def read_masks(file_id: str) -> None:
    """Read one file of masks that were made elsewhere."""
    from annotations.actions.label_work import read_label_file

    read_label_file(UUID(file_id))


@shared_task(name="annotations.sweep")
def sweep() -> int:
    """Ask again for reports and files of masks whose worker was lost."""
    from annotations.actions.label_work import sweep_label_files
    from annotations.actions.report import sweep_reports

    return sweep_reports() + sweep_label_files()
