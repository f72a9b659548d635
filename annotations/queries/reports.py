"""Reports, always for somebody."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from annotations.models import Report
from webapp.models import Dataset, User
from webapp.permissions import Action, require


def reports_of(dataset: Dataset) -> QuerySet[Report]:
    """The reports of a dataset, the newest first."""
    return Report.objects.filter(dataset=dataset).select_related("requested_by")


def report_for(actor: User, report_id: UUID) -> Report:
    """One report the actor may see; Http404 otherwise."""
    report = (
        Report.objects.select_related("dataset__project", "requested_by")
        .filter(pk=report_id, dataset__deleted_at=None)
        .first()
    )
    if report is None:
        raise Http404("Nothing is here for you.")
    require(actor, Action.SEE, report.dataset.project)
    return report
