"""Doors that are not for every token."""

from __future__ import annotations

from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView


class IsPerson(BasePermission):
    """Doors about the account itself: a token cannot make tokens or projects beyond its own."""

    message = "This is done by a person who is signed in, not by a token."

    def has_permission(self, request: Request, view: APIView) -> bool:
        """True for a session."""
        return bool(request.user and request.user.is_authenticated and request.auth is None)


class IsNotLimited(BasePermission):
    """Doors outside of any project are closed to a token that is limited to one."""

    message = "This token is limited to one project."

    def has_permission(self, request: Request, view: APIView) -> bool:
        """True for a session and for a token of the whole account."""
        user = request.user
        return bool(user and user.is_authenticated and user.only_project_id is None)
