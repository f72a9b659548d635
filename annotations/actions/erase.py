"""What goes when an image or a dataset is erased. The edit log stays, as it is append only."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

from annotations.models import Annotation
from webapp.models import Dataset
from webapp.storage.derived import annotation_folder


def erase_annotations(*, image_ids: set[UUID], folders: list[Path], **_: Any) -> None:
    """The annotations of images, before the results that they began with."""
    rows = Annotation.objects.filter(image__in=image_ids)
    folders.extend(annotation_folder(pk) for pk in rows.values_list("pk", flat=True))
    rows.delete()


def note_reports(*, dataset: Dataset, reports: list[dict[str, str]], **_: Any) -> None:
    """The audit log keeps number and digest of reports that go with their dataset."""
    rows = dataset.reports.exclude(bundle=None).order_by("number")
    reports.extend(
        {"number": str(report.number), "sha256": str(report.bundle_id)} for report in rows
    )
