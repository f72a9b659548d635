"""What of the machine holds on to images that are to be erased, and which files go with them."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

from segmentation.models import Job, Segmentation
from segmentation.states import OPEN_JOBS
from webapp.queries.trash import Ties
from webapp.storage.derived import segmentation_folder

BUSY = "A run is to segment it. Cancel the run or wait until it is done."


def hold_images(*, image_ids: set[UUID], ties: Ties, **_: Any) -> None:
    """Nobody erases what a run still works on."""
    jobs = Job.objects.filter(image__in=image_ids, state__in=OPEN_JOBS)
    for image_id in jobs.values_list("image_id", flat=True):
        ties.busy[image_id].append(BUSY)


def name_folders(*, image_ids: set[UUID], folders: list[Path], **_: Any) -> None:
    """Results go with their image; these are the derived files."""
    rows = Segmentation.objects.filter(image__in=image_ids).values_list("pk", flat=True)
    folders.extend(segmentation_folder(pk) for pk in rows)
