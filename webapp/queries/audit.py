"""The audit log of a project, newest first."""

from __future__ import annotations

from django.db.models import QuerySet

from webapp.models import AuditEvent, Project


def events_of(
    project: Project, *, verb: str = "", actor_id: str = "", text: str = ""
) -> QuerySet[AuditEvent]:
    """The milestones of a project, filtered by verb, person and words of the subject."""
    rows = AuditEvent.objects.filter(scope=str(project.pk)).order_by("-sequence")
    if verb:
        rows = rows.filter(verb=verb)
    if actor_id:
        rows = rows.filter(actor_id=actor_id)
    if text:
        rows = rows.filter(subject_name__icontains=text)
    return rows


def head_of(project: Project) -> str:
    """The hash of the newest milestone: who keeps it can tell a rewritten history."""
    last = AuditEvent.objects.filter(scope=str(project.pk)).order_by("-sequence").first()
    return last.hash if last else ""
