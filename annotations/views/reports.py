"""The numbers of a dataset, and the reports that froze them."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from annotations.actions.report import request_report
from annotations.models.report import ReportState
from annotations.queries.reports import report_for, reports_of
from annotations.views.files import files_of
from annotations.views.numbers import shown_numbers
from webapp.permissions import Action, may
from webapp.queries.images import images_of
from webapp.queries.projects import dataset_for, progress_of
from webapp.states import ImageState
from webapp.views.doors import page, person, refusal_shown, text


@page("GET", "POST")
def dataset_report(request: HttpRequest, dataset_id: UUID) -> HttpResponse:
    """What can be reported now, and what was; posted, make a report."""
    actor = person(request)
    dataset = dataset_for(actor, dataset_id)
    if request.method == "POST":
        with refusal_shown(request):
            request_report(
                actor=actor,
                dataset_id=dataset_id,
                is_approved_only=text(request, "which") == "approved",
            )
        return redirect("dataset_report", dataset_id)
    images = images_of(dataset)
    counted = images.filter(exclusion=None)
    with_masks = counted.exclude(state=ImageState.UPLOADED)
    approved = counted.filter(state=ImageState.APPROVED)
    return render(
        request,
        "annotations/dataset_report.html",
        {
            "dataset": dataset,
            "project": dataset.project,
            "progress": progress_of(images),
            "n_images": images.count(),
            "n_left_out": images.exclude(exclusion=None).count(),
            "n_with_masks": with_masks.count(),
            "n_approved": approved.count(),
            "n_cells": with_masks.aggregate(n=Sum("n_cells"))["n"] or 0,
            "n_cells_approved": approved.aggregate(n=Sum("n_cells"))["n"] or 0,
            "reports": [(report, files_of(report)) for report in reports_of(dataset)],
            "may_report": may(actor, Action.REPORT, dataset.project),
        },
    )


@page()
def report(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """One report: its files, its numbers, and every input with its digest."""
    found = report_for(person(request), report_id)
    return render(
        request,
        "annotations/report.html",
        {
            "report": found,
            "dataset": found.dataset,
            "project": found.dataset.project,
            "files": files_of(found),
            "is_ready": found.state == ReportState.READY,
            "numbers": shown_numbers(found.summary),
            "measured": [entry for entry in found.inputs if entry["annotation"]],
            "left_out": [entry for entry in found.inputs if not entry["annotation"]],
        },
    )
