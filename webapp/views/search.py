"""The page of a search: everything that a person belongs to, or one project."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from webapp.queries.projects import project_for
from webapp.queries.search import Found, search
from webapp.queries.search_words import KEYS
from webapp.states import Refused
from webapp.views.doors import page, person

PER_PAGE = 60
MOST_PAGES = 1000


@page()
def search_page(request: HttpRequest) -> HttpResponse:
    """What fits the words of the address."""
    actor = person(request)
    text = request.GET.get("q", "").strip()
    project_id = _project_id(request)
    number = _page_number(request)
    sentence, found = "", Found((), (), (), False)
    try:
        start = (number - 1) * PER_PAGE
        found = search(actor, text, project_id=project_id, start=start, limit=PER_PAGE)
    except Refused as refusal:
        sentence = str(refusal)
    return render(
        request,
        "search.html",
        {
            "text": text,
            "project": project_for(actor, project_id) if project_id else None,
            "found": found,
            "sentence": sentence,
            "keys": KEYS.items(),
            "number": number,
            "first": (number - 1) * PER_PAGE + 1,
        },
    )


def _project_id(request: HttpRequest) -> UUID | None:
    """The project to search in; none for all. What is no id is no project that is here."""
    given = request.GET.get("project", "")
    try:
        return UUID(given) if given else None
    except ValueError:
        raise Http404("Nothing is here for you.") from None


def _page_number(request: HttpRequest) -> int:
    given = request.GET.get("page", "")
    return min(max(1, int(given)), MOST_PAGES) if given.isascii() and given.isdigit() else 1
