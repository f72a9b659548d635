"""Ask for a report: what it reads is pinned at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone

from annotations.models import Annotation, Report
from annotations.models.report import ReportState
from annotations.queries.annotations import standing_approval
from annotations.queries.classes import describe_classes
from annotations.queries.conditions import described
from webapp import events
from webapp.actions.claims import Claims
from webapp.audit.log import record_event
from webapp.audit.verbs import Verb
from webapp.models import Dataset, User
from webapp.permissions import Action, require
from webapp.queries.images import images_of
from webapp.queries.projects import dataset_for
from webapp.queries.quality import exclusions_in
from webapp.queue import ask_worker
from webapp.states import ImageState, Refused

MAKE_REPORT = "annotations.make_report"
CLAIMS = Claims(Report, ReportState.QUEUED, ReportState.RUNNING)
ASK_AGAIN = timedelta(seconds=60)


@transaction.atomic
def request_report(*, actor: User, dataset_id: UUID, is_approved_only: bool) -> Report:
    """Pin the versions of every image of the dataset and queue the report."""
    dataset = dataset_for(actor, dataset_id)
    require(actor, Action.REPORT, dataset.project)
    inputs = _pin(dataset, is_approved_only)
    classes = describe_classes(dataset.project)
    cell_classes = [{"id": row["id"], "name": row["name"]} for row in classes]
    if not any(entry["annotation"] for entry in inputs):
        what = "approved masks" if is_approved_only else "masks"
        raise Refused(f"No image of this dataset has {what} yet, so there is nothing to report.")
    Dataset.objects.select_for_update().get(pk=dataset.pk)
    highest = dataset.reports.aggregate(highest=Max("number"))["highest"] or 0
    report = Report.objects.create(
        dataset=dataset,
        number=highest + 1,
        is_approved_only=is_approved_only,
        inputs=inputs,
        cell_classes=cell_classes,
        requested_by=actor,
        created_at=timezone.now(),
    )
    event = record_event(
        actor,
        Verb.REPORT_REQUESTED,
        report,
        project=dataset.project,
        dataset=dataset.name,
        inputs=inputs,
        cell_classes=cell_classes,
    )
    report.audit_head = event.hash
    report.save(update_fields=["audit_head"])
    ask_worker(MAKE_REPORT, str(report.pk))
    tell_report(report)
    return report


def sweep_reports() -> int:
    """Ask again for reports that nobody works on."""
    lost = Report.objects.filter(
        CLAIMS.lost() | Q(state=ReportState.QUEUED, created_at__lt=timezone.now() - ASK_AGAIN)
    ).values_list("pk", flat=True)
    for report_id in lost:
        ask_worker(MAKE_REPORT, str(report_id))
    return len(lost)


def tell_report(report: Report) -> None:
    """After commit: the row of this report on everybody's page."""
    events.tell_project(
        report.dataset.project_id,
        {
            "type": "report",
            "report": str(report.pk),
            "dataset": str(report.dataset_id),
            "state": str(report.state),
            "progress": report.progress,
            "sentence": report.sentence,
        },
    )


def _pin(dataset: Dataset, is_approved_only: bool) -> list[dict[str, Any]]:
    """One entry per image: which version is measured, or why the image is left out."""
    current = {
        annotation.image_id: annotation
        for annotation in Annotation.objects.filter(
            image__dataset=dataset, is_current=True
        ).select_related("base")
    }
    excluded = exclusions_in(dataset)
    entries = []
    for image in images_of(dataset).select_related("well__plate", "setup"):
        annotation = current.get(image.pk)
        entry: dict[str, Any] = {
            "image": str(image.pk),
            "name": image.name,
            "sha256": image.blob_id,
            "annotation": None,
            "state": image.state,
            **described(image),
        }
        exclusion = excluded.get(image.pk)
        if exclusion is not None:
            entry |= {
                "left_out": exclusion.reason,
                "excluded_by": str(exclusion.excluded_by),
                "excluded_at": exclusion.excluded_at.isoformat(),
            }
        elif annotation is None:
            entry["left_out"] = "It has no masks."
        elif is_approved_only and annotation.state != ImageState.APPROVED:
            entry["left_out"] = "It is not approved."
        else:
            approval = standing_approval(annotation)
            entry |= {
                "annotation": str(annotation.pk),
                "version": annotation.version,
                "edit_head": annotation.edit_head,
                "base": annotation.base.digest if annotation.base else "",
                "approved_digest": approval.digest if approval else "",
            }
        entries.append(entry)
    return entries
