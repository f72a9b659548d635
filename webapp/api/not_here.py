"""What a wrong address answers: a page for people, a sentence in JSON for programs."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.defaults import page_not_found

from webapp.api.errors import NOT_HERE


def not_here(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404 in the language of the address."""
    if request.path.startswith("/api/"):
        return JsonResponse({"detail": NOT_HERE, "code": "not_found"}, status=404)
    return page_not_found(request, exception)
