"""The viewer: a page that the browser's own program fills."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from webapp.queries.images import image_for
from webapp.views.doors import page, person


@page()
def viewer(request: HttpRequest, image_id: UUID) -> HttpResponse:
    """One image with its masks, full window."""
    return render(request, "viewer.html", {"image": image_for(person(request), image_id)})
