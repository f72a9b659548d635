"""My account: name, password, second factor, keys for scripts."""

from __future__ import annotations

from uuid import UUID

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from webapp.actions.lab import change_name
from webapp.actions.tokens import create_token, revoke_token
from webapp.models.token import TokenScope
from webapp.queries.people import tokens_of
from webapp.queries.projects import projects_of
from webapp.views.doors import page, person, posted_id, refusal_shown, text

NEW_SECRET = "new_token"  # noqa: S105  the name of a session entry, not a secret


@page()
def account(request: HttpRequest) -> HttpResponse:
    """Everything about the person who asks."""
    actor = person(request)
    factors = set(Authenticator.objects.filter(user=actor).values_list("type", flat=True))
    return render(
        request,
        "account.html",
        {
            "has_totp": Authenticator.Type.TOTP in factors,
            "has_recovery_codes": Authenticator.Type.RECOVERY_CODES in factors,
            "tokens": tokens_of(actor).filter(revoked_at=None).select_related("project"),
            "scopes": TokenScope.choices,
            "projects": projects_of(actor),
            "new_secret": request.session.pop(NEW_SECRET, None),
        },
    )


@page()
def signed_in(request: HttpRequest) -> HttpResponse:
    """Where a tab ends that another one has opened for signing in again."""
    return render(request, "account/signed_in.html")


@page("POST")
def account_name(request: HttpRequest) -> HttpResponse:
    """Change how I am called."""
    with refusal_shown(request):
        change_name(actor=person(request), name=text(request, "name"))
        messages.success(request, "Saved.")
    return redirect("account")


@page("POST")
def new_token(request: HttpRequest) -> HttpResponse:
    """Make a key; its secret is shown once, on the next page."""
    with refusal_shown(request):
        project = text(request, "project")
        _, secret = create_token(
            actor=person(request),
            name=text(request, "name"),
            scope=text(request, "scope"),
            project_id=posted_id(project) if project else None,
        )
        request.session[NEW_SECRET] = secret
    return redirect("account")


@page("POST")
def end_token(request: HttpRequest, token_id: UUID) -> HttpResponse:
    """The key stops working."""
    with refusal_shown(request):
        token = revoke_token(actor=person(request), token_id=token_id)
        messages.success(request, f"The key {token.name} does not work any more.")
    return redirect("account")
