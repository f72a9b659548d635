"""What of the experts' work holds on to images and bytes that are to be erased."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from annotations.models import Approval, Report
from annotations.models.report import ReportState
from webapp.models import Image
from webapp.queries.trash import Ties

OPEN = (ReportState.QUEUED, ReportState.RUNNING)
BUSY = "{} is being made of it. Wait until it is ready."


def hold_images(*, image_ids: set[UUID], ties: Ties, **_: Any) -> None:
    """Approved masks, and what a report measured, are not erased by themselves."""
    approved = Approval.objects.filter(annotation__image__in=image_ids, revoked_at=None)
    for image_id in approved.values_list("annotation__image_id", flat=True).distinct():
        ties.kept[image_id].append("Approved")
    projects = Image.objects.filter(pk__in=image_ids).values("dataset__project").distinct()
    reports = Report.objects.filter(dataset__project__in=projects)
    for report in reports.exclude(state=ReportState.FAILED).order_by("created_at").iterator(50):
        pinned = {UUID(entry["image"]) for entry in report.inputs if entry["annotation"]}
        for image_id in pinned & image_ids:
            if report.state in OPEN:
                ties.busy[image_id].append(BUSY.format(report))
            else:
                ties.kept[image_id].append(f"In report {report.number}")


def hold_blobs(*, candidates: set[str], **_: Any) -> None:
    """The files of reports are named in JSON, which no foreign key shows."""
    for files in Report.objects.values_list("files", flat=True).iterator(50):
        candidates.difference_update(stored["sha256"] for stored in files.values())
