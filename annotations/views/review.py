"""The review queue: what should I look at next?"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from annotations.queries.annotations import waiting_for_review
from webapp.views.doors import page, person

N_SHOWN = 200


@page()
def review(request: HttpRequest) -> HttpResponse:
    """Submitted images, the one that waits longest first; one's own work is listed apart."""
    actor = person(request)
    waiting = waiting_for_review(actor)
    mine = waiting.filter(last_edit_by=actor)
    others = waiting.exclude(last_edit_by=actor)
    return render(
        request,
        "annotations/review.html",
        {
            "others": others[:N_SHOWN],
            "n_others": others.count(),
            "mine": mine[:N_SHOWN],
            "projects": {row.image.dataset.project_id for row in others[:N_SHOWN]},
        },
    )
