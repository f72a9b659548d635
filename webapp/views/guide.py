"""The short guide in the product."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from webapp.imaging.quality.flags import MEANINGS, shown_number
from webapp.views.doors import page

# The chapters in the order of the work; each is templates/guide/<slug>.html.
CHAPTERS = {
    "start": "How it works",
    "upload": "Upload",
    "quality": "Image quality",
    "segment": "Segment",
    "correct": "Correct",
    "review": "Review",
    "report": "Report",
    "organize": "Organize",
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
        {
            "chapters": CHAPTERS.items(),
            "chapter": chapter,
            "title": CHAPTERS[chapter],
            "demo_images": demo_images() if chapter == "demo" else [],
            "meanings": flag_meanings() if chapter == "quality" else [],
        },
    )


def flag_meanings() -> list[dict[str, str]]:
    """The flags with their advice and the limits they are shipped with."""
    return [
        {
            "title": meaning.title,
            "advice": meaning.advice,
            "shown": shown_number(flag, meaning.limit),
        }
        for flag, meaning in MEANINGS.items()
    ]


@cache
def demo_images() -> list[dict[str, Any]]:
    """Origin, citation and licence of every image of the demo project."""
    path = Path(settings.BASE_DIR) / "webapp" / "demo" / "demo.json"
    images: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["images"]
    return images
