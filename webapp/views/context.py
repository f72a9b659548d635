"""What the frame of every page shows: the sidebar, and whether the page is light or dark."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from webapp.queries.panels import waiting_counts
from webapp.queries.projects import projects_of

THEMES = ("light", "dark")
N_PROJECTS = 12


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Projects and queue counts of the person; the theme is a cookie that the toggle writes."""
    theme = request.COOKIES.get("theme", "")
    context: dict[str, Any] = {"theme": theme if theme in THEMES else ""}
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        context["nav_projects"] = projects_of(user)[:N_PROJECTS]
        context["nav_counts"] = waiting_counts(user)
    return context
