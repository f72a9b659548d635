"""Founding the lab, and coming in by an invitation."""

from __future__ import annotations

from django.contrib.auth import login
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from webapp.actions.lab import found_lab
from webapp.actions.members import accept_invitation, join_with_new_account
from webapp.models import User
from webapp.queries.people import has_owner, open_invitation
from webapp.states import Refused
from webapp.views.doors import person
from webapp.views.forms import NewAccountForm


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def welcome(request: HttpRequest) -> HttpResponse:
    """The owner's account, once."""
    if has_owner():
        return redirect("home")
    form = NewAccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            owner = found_lab(**form.cleaned_data)
        except (Refused, ValidationError) as error:
            form.refuse(error)
        else:
            _sign_in(request, owner)
            return redirect("home")
    return render(request, "welcome.html", {"form": form})


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """Join a project by its link, signed in or with a new account."""
    try:
        offer = open_invitation(secret)
    except Http404 as error:
        context = {"sentence": str(error)}
        return render(request, "invitation_gone.html", context, status=404)
    is_member = request.user.is_authenticated
    form = NewAccountForm(request.POST if request.method == "POST" and not is_member else None)
    if request.method == "POST":
        if is_member:
            project = accept_invitation(actor=person(request), secret=secret)
            return redirect("project", project.pk)
        if form.is_valid():
            try:
                user, project = join_with_new_account(secret=secret, **form.cleaned_data)
            except (Refused, ValidationError) as error:
                form.refuse(error)
            else:
                _sign_in(request, user)
                return redirect("project", project.pk)
    here = reverse("invitation", args=[secret])
    return render(request, "invitation.html", {"offer": offer, "form": form, "here": here})


def _sign_in(request: HttpRequest, user: User) -> None:
    login(request, user, backend="allauth.account.auth_backends.AuthenticationBackend")
