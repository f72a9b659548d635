"""What a project takes of the disk; and all projects, for the owner of the installation."""

from __future__ import annotations

import math
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from webapp.actions.storage import GB, change_quota, room_is_short
from webapp.models import Project
from webapp.queries.projects import project_for
from webapp.queries.storage import kept_by, total_of, use_of
from webapp.states import Refused
from webapp.storage.blobs import free_bytes
from webapp.views.doors import page, person, posted_number, refusal_shown


@page()
def storage(request: HttpRequest, project_id: UUID) -> HttpResponse:
    """Originals, results, reports and derived files of a project, by dataset."""
    actor = person(request)
    found = project_for(actor, project_id)
    use = use_of(found)
    free = free_bytes()
    return render(
        request,
        "storage.html",
        {
            "project": found,
            "use": use,
            "free": free,
            "is_short": room_is_short(free),
            "is_lab_owner": actor.is_lab_owner,
        },
    )


@page()
def lab_storage(request: HttpRequest) -> HttpResponse:
    """Every project with what it takes and what it may, for the owner of the installation."""
    if not person(request).is_lab_owner:
        raise Http404("Nothing is here for you.")
    projects = Project.objects.filter(deleted_at=None).order_by("name")
    rows = [(project, total_of(kept_by(project))) for project in projects]
    free = free_bytes()
    return render(
        request,
        "lab_storage.html",
        {
            "rows": sorted(rows, key=lambda row: -row[1]),
            "free": free,
            "is_short": room_is_short(free),
        },
    )


@page("POST")
def quota(request: HttpRequest, project_id: UUID) -> HttpResponse:
    """Set or lift the quota of a project; in GB, empty for none."""
    actor = person(request)
    if not actor.is_lab_owner:
        raise Http404("Nothing is here for you.")
    with refusal_shown(request):
        size = posted_number(request, "quota_gb", "quota")
        if size is not None and not math.isfinite(size):
            raise Refused("The quota is not a number.")
        changed = change_quota(
            actor=actor,
            project_id=project_id,
            quota_bytes=None if size is None else round(size * GB),
        )
        messages.success(request, f"The quota of {changed.name} is saved.")
    return redirect("lab_storage")
