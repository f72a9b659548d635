"""What every page door does: ask who it is, and show a refusal where the person is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_http_methods

from webapp.models import User
from webapp.states import Refused

View = Callable[..., HttpResponseBase]


def page(*methods: str) -> Callable[[View], View]:
    """A page for people who are signed in; without methods it is only read."""

    def wrap(view: View) -> View:
        return require_http_methods(list(methods) or ["GET", "HEAD"])(login_required(view))

    return wrap


def person(request: HttpRequest) -> User:
    """Who asks; behind `page` this is always an account."""
    assert isinstance(request.user, User)
    return request.user


@contextmanager
def refusal_shown(request: HttpRequest) -> Iterator[None]:
    """Turn a refusal into a message on the next page; the door goes on after the block."""
    try:
        yield
    except Refused as refusal:
        messages.error(request, str(refusal))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))


def text(request: HttpRequest, field: str, default: str = "") -> str:
    """One posted field."""
    value: Any = request.POST.get(field, default)
    return str(value)


def posted_number(request: HttpRequest, field: str, what: str) -> float | None:
    """A posted number; empty means not known. Refused when it is no number."""
    given = text(request, field).strip().replace(",", ".")
    if not given:
        return None
    try:
        return float(given)
    except ValueError:
        raise Refused(f"The {what} {given!r} is not a number.") from None


def posted_id(value: str) -> UUID:
    """The id that a form sent; what is none is the id of nothing that is here (404)."""
    try:
        return UUID(value)
    except ValueError:
        raise Http404("Nothing is here for you.") from None
