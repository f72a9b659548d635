"""What reports and masks of other programs keep on the disk."""

from __future__ import annotations

from typing import Any

from annotations.models import LabelFile, LabelProposal, Report
from webapp.models import Project
from webapp.queries.storage import REPORTS, RESULTS, Kept


def count_reports(*, project: Project, kept: Kept, **_: Any) -> None:
    """The files of reports, and the archives that hold them all."""
    rows = Report.objects.filter(dataset__project=project).order_by()
    for dataset_id, files in rows.values_list("dataset_id", "files").iterator(50):
        sizes = [(stored["sha256"], stored["size_bytes"]) for stored in files.values()]
        kept.add(dataset_id, REPORTS, sizes)


def count_label_files(*, project: Project, kept: Kept, **_: Any) -> None:
    """The files of masks as they came, and the masks in them that nobody has decided on."""
    files = LabelFile.objects.filter(dataset__project=project).order_by()
    found = LabelProposal.objects.filter(file__dataset__project=project).exclude(labels=None)
    for rows in (
        files.values_list("dataset_id", "blob_id", "blob__size_bytes"),
        found.order_by().values_list("file__dataset_id", "labels_id", "labels__size_bytes"),
    ):
        for dataset_id, sha256, size in rows.distinct():
            kept.add(dataset_id, RESULTS, [(sha256, size)])
