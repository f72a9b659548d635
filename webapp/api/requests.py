"""What every door does first: who asks, and is what was sent well formed."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.serializers import Serializer

from webapp.models import User


def actor_of(request: Request) -> User:
    """The person who asks; the default permission lets nobody else through."""
    assert isinstance(request.user, User)
    return request.user


def sent(request: Request, form: type[Serializer[Any]]) -> dict[str, Any]:
    """The checked fields of the request's JSON; ValidationError names the first that is wrong."""
    serializer = form(data=request.data)
    serializer.is_valid(raise_exception=True)
    fields: dict[str, Any] = serializer.validated_data
    return fields
