"""Quality: the limits of a project's flags, and leaving an image out of results."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from webapp.actions.quality import change_limits, exclude_image, include_image
from webapp.imaging.quality.flags import MEANINGS, Flag, shown_number
from webapp.models import Project
from webapp.permissions import Action, may
from webapp.queries.projects import project_for
from webapp.queries.quality import example_of, limits_of
from webapp.states import Refused
from webapp.views.doors import page, person, refusal_shown, text

PERCENT = 100.0


@page("GET", "POST")
def quality_limits(request: HttpRequest, project_id: UUID) -> HttpResponse:
    """What each flag means, its limit and an image that shows it; posted, change the limits."""
    actor = person(request)
    found = project_for(actor, project_id)
    if request.method == "POST":
        with refusal_shown(request):
            change_limits(actor=actor, project_id=project_id, limits=_posted_limits(request))
            messages.success(request, "Saved. The flags follow at once; no image is read again.")
        return redirect("quality_limits", project_id)
    return render(
        request,
        "quality.html",
        {
            "project": found,
            "rows": [_row(found, flag, limit) for flag, limit in limits_of(found).items()],
            "may_manage": may(actor, Action.MANAGE_QUALITY, found),
        },
    )


@page("POST")
def image_exclude(request: HttpRequest, image_id: UUID) -> HttpResponse:
    """Leave an image out of the numbers of reports."""
    with refusal_shown(request):
        image = exclude_image(
            actor=person(request), image_id=image_id, reason=text(request, "reason")
        )
        messages.success(request, f"{image.name} is left out of reports made from now on.")
    return redirect("image_details", image_id)


@page("POST")
def image_include(request: HttpRequest, image_id: UUID) -> HttpResponse:
    """Take an image into the numbers again."""
    with refusal_shown(request):
        image = include_image(actor=person(request), image_id=image_id)
        messages.success(request, f"{image.name} is part of the results again.")
    return redirect("image_details", image_id)


def _row(project: Project, flag: Flag, limit: float) -> dict[str, Any]:
    """What the page shows of one flag."""
    meaning = MEANINGS[flag]
    factor = PERCENT if meaning.is_share else 1.0
    return {
        "flag": flag.value,
        "meaning": meaning,
        "says": meaning.number.format("this much"),
        "field": f"{limit * factor:.4g}",
        "unit": "%" if meaning.is_share else meaning.unit or "times",
        "shipped": shown_number(flag, meaning.limit),
        "is_changed": limit != meaning.limit,
        "example": example_of(project, flag, limits_of(project)),
    }


def _posted_limits(request: HttpRequest) -> dict[Flag, float]:
    """The limits of the form, shares from percent; what was not sent stays."""
    found = {}
    for flag, meaning in MEANINGS.items():
        given = text(request, flag.value).strip().replace(",", ".")
        if not given:
            continue
        try:
            number = float(given)
        except ValueError:
            raise Refused(f"The limit of “{meaning.title}” is not a number.") from None
        found[flag] = number / PERCENT if meaning.is_share else number
    return found
