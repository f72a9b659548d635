"""Members, invitations and tokens."""

from __future__ import annotations

import hashlib

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone

from webapp.models import ApiToken, Invitation, Membership, Project, User


def members_of(project: Project) -> QuerySet[Membership]:
    """Who belongs to a project, in the order they came."""
    return project.memberships.select_related("user").order_by("created_at")


def open_invitations_of(project: Project) -> QuerySet[Invitation]:
    """Links that still work."""
    return project.invitations.filter(
        accepted_at=None, revoked_at=None, expires_at__gt=timezone.now()
    ).order_by("-created_at")


def open_invitation(secret: str, *, is_locked: bool = False) -> Invitation:
    """The invitation of a link; Http404 when it is unknown, used, revoked or too old."""
    rows = Invitation.objects.select_related("project", "created_by").filter(
        secret_sha256=hashlib.sha256(secret.encode()).hexdigest(),
        accepted_at=None,
        revoked_at=None,
        expires_at__gt=timezone.now(),
        project__deleted_at=None,
    )
    if is_locked:
        rows = rows.select_for_update(of=("self",))
    invitation = rows.first()
    if invitation is None:
        raise Http404("This invitation is not valid any more. Ask for a new link.")
    return invitation


def tokens_of(user: User) -> QuerySet[ApiToken]:
    """A person's keys, the newest first; revoked ones stay listed."""
    return user.api_tokens.order_by("-created_at")


def token_of_secret(secret: str) -> ApiToken | None:
    """The key with this secret; None when it is unknown, revoked or of a closed account.

    Its person reaches only the key's project from here on, when the key is limited to one.
    """
    token = (
        ApiToken.objects.select_related("user")
        .filter(
            secret_sha256=hashlib.sha256(secret.encode()).hexdigest(),
            revoked_at=None,
            user__is_active=True,
        )
        .first()
    )
    if token is not None:
        token.user.only_project_id = token.project_id
    return token


def has_owner() -> bool:
    """Does this installation have an account that can sign in?"""
    without_password = {"password__startswith": UNUSABLE_PASSWORD_PREFIX}
    return User.objects.exclude(**without_password).exists()
