"""The audit log of a project: who did what, when; and does the chain hold?"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render

from webapp.audit.log import check_chain
from webapp.audit.verbs import Verb
from webapp.models import AuditEvent, Project
from webapp.queries.audit import events_of, head_of
from webapp.queries.projects import project_for
from webapp.views.doors import page, person

PER_PAGE = 100
FIELDS = (
    "sequence",
    "created_at",
    "actor_id",
    "actor_name",
    "verb",
    "subject_kind",
    "subject_id",
    "subject_name",
    "detail",
    "prev_hash",
    "hash",
)


@page("GET", "POST")
def audit(request: HttpRequest, project_id: UUID) -> HttpResponse:
    """The milestones, newest first; posted, the whole chain is recomputed."""
    project = project_for(person(request), project_id)
    rows = _filtered(request, project)
    return render(
        request,
        "audit.html",
        {
            "project": project,
            "leaf": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
            "verbs": [(verb.value, verb.words) for verb in Verb],
            "titles": {verb.value: verb.words for verb in Verb},
            "people": _people_in(project),
            "filters": {key: request.GET.get(key, "") for key in ("verb", "person", "q")},
            "query": _query(request),
            "check": _checked(project) if request.method == "POST" else None,
        },
    )


@page()
def audit_csv(request: HttpRequest, project_id: UUID) -> StreamingHttpResponse:
    """The filtered log as a table; text that a spreadsheet would compute is made harmless."""
    project = project_for(person(request), project_id)

    def lines() -> Iterator[str]:
        yield _csv_line(FIELDS)
        for event in _filtered(request, project).iterator(chunk_size=500):
            row = _as_json(event)
            row["detail"] = json.dumps(row["detail"], sort_keys=True, ensure_ascii=False)
            yield _csv_line([_harmless(row[field]) for field in FIELDS])

    return _attachment(lines(), "text/csv; charset=utf-8", "audit.csv")


@page()
def audit_json(request: HttpRequest, project_id: UUID) -> StreamingHttpResponse:
    """The filtered log with its hashes, so that anybody can recompute the chain."""
    project = project_for(person(request), project_id)

    def pieces() -> Iterator[str]:
        yield "["
        for place, event in enumerate(_filtered(request, project).iterator(chunk_size=500)):
            yield (",\n" if place else "\n") + json.dumps(_as_json(event), ensure_ascii=False)
        yield "\n]\n"

    return _attachment(pieces(), "application/json", "audit.json")


def _filtered(request: HttpRequest, project: Project) -> QuerySet[AuditEvent]:
    return events_of(
        project,
        verb=request.GET.get("verb", ""),
        actor_id=request.GET.get("person", ""),
        text=request.GET.get("q", "").strip(),
    )


def _people_in(project: Project) -> list[tuple[str, str]]:
    rows = AuditEvent.objects.filter(scope=str(project.pk)).exclude(actor_id="")
    names = dict(rows.order_by("sequence").values_list("actor_id", "actor_name"))
    return sorted(names.items(), key=lambda row: row[1].lower())


def _checked(project: Project) -> dict[str, Any]:
    broken = check_chain(str(project.pk))
    n_events = AuditEvent.objects.filter(scope=str(project.pk)).count()
    return {"broken": broken, "n_events": n_events, "head": head_of(project)}


def _query(request: HttpRequest) -> str:
    query = request.GET.copy()
    query.pop("page", None)
    return query.urlencode()


def _as_json(event: AuditEvent) -> dict[str, Any]:
    row = {field: getattr(event, field) for field in FIELDS}
    row["created_at"] = event.created_at.isoformat()
    return row


def _csv_line(cells: Any) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(cells)
    return buffer.getvalue()


def _harmless(value: Any) -> Any:
    return "'" + value if isinstance(value, str) and value[:1] in "=+-@\t\r" and value else value


def _attachment(pieces: Iterator[str], content_type: str, file_name: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(pieces, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return response
