"""The short guide in the product."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from webapp.views.doors import page

# The chapters in the order of the work; each is templates/guide/<slug>.html.
CHAPTERS = {
    "start": "How it works",
    "upload": "Upload",
    "segment": "Segment",
    "correct": "Correct",
    "review": "Review",
    "report": "Report",
    "trust": "Audit and trust",
    "scripts": "API and shell",
    "demo": "Demo images",
}


@page()
def guide(request: HttpRequest, chapter: str = "start") -> HttpResponse:
    """One chapter."""
    if chapter not in CHAPTERS:
        raise Http404("The guide has no such chapter.")
    return render(
        request,
        f"guide/{chapter}.html",
        {"chapters": CHAPTERS.items(), "chapter": chapter, "title": CHAPTERS[chapter]},
    )
