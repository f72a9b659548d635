"""What reports keep on the disk."""

from __future__ import annotations

from typing import Any

from annotations.models import Report
from webapp.models import Project
from webapp.queries.storage import REPORTS, Kept


def count_reports(*, project: Project, kept: Kept, **_: Any) -> None:
    """The files of reports, and the archives that hold them all."""
    rows = Report.objects.filter(dataset__project=project).order_by()
    for dataset_id, files in rows.values_list("dataset_id", "files").iterator(50):
        sizes = [(stored["sha256"], stored["size_bytes"]) for stored in files.values()]
        kept.add(dataset_id, REPORTS, sizes)
