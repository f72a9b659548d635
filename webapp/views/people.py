"""The people of a project: roles, invitations."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from webapp.actions.members import change_role, invite, remove_member, revoke_invitation
from webapp.models import Role
from webapp.permissions import RANK, Action, role_allows, role_of
from webapp.queries.people import members_of, open_invitations_of
from webapp.queries.projects import project_for
from webapp.views.doors import page, person, refusal_shown, text

NEW_LINK = "new_invitation"

MEANING_OF_ROLE = {
    Role.VIEWER: "sees everything, downloads and makes reports",
    Role.ANNOTATOR: "uploads, segments and corrects",
    Role.REVIEWER: "approves and sends back",
    Role.MANAGER: "manages datasets, the trash, cell classes and people",
    Role.OWNER: "may do everything, erase for good, and delete the project",
}


@page()
def people(request: HttpRequest, project_id: UUID) -> HttpResponse:
    """Who belongs to the project, as what; and the links that still work."""
    actor = person(request)
    project = project_for(actor, project_id)
    role = role_of(actor, project)
    may_manage = role_allows(role, Action.MANAGE_PEOPLE)
    reach = [one for one in Role if role is not None and RANK[one] <= RANK[role]]
    return render(
        request,
        "people.html",
        {
            "project": project,
            "members": members_of(project),
            "invitations": open_invitations_of(project) if may_manage else [],
            "roles": [(one.value, one.label) for one in reach],
            "reach": {one.value for one in reach},
            "meanings": [(one.label, MEANING_OF_ROLE[one]) for one in Role],
            "may_manage": may_manage,
            "new_link": request.session.pop(NEW_LINK, None) if may_manage else None,
        },
    )


@page("POST")
def new_invitation(request: HttpRequest, project_id: UUID) -> HttpResponse:
    """Make a link; it is shown once, on the next page."""
    with refusal_shown(request):
        _, secret = invite(actor=person(request), project_id=project_id, role=text(request, "role"))
        link = request.build_absolute_uri(reverse("invitation", args=[secret]))
        request.session[NEW_LINK] = link
    return redirect("people", project_id)


@page("POST")
def end_invitation(request: HttpRequest, project_id: UUID, invitation_id: UUID) -> HttpResponse:
    """The link stops working."""
    with refusal_shown(request):
        revoke_invitation(actor=person(request), invitation_id=invitation_id)
        messages.success(request, "The link does not work any more.")
    return redirect("people", project_id)


@page("POST")
def member_role(request: HttpRequest, project_id: UUID, user_id: UUID) -> HttpResponse:
    """Give a member another role."""
    with refusal_shown(request):
        membership = change_role(
            actor=person(request),
            project_id=project_id,
            user_id=user_id,
            role=text(request, "role"),
        )
        label = Role(membership.role).label.lower()
        messages.success(request, f"{membership.user} is {label} now.")
    return redirect("people", project_id)


@page("POST")
def member_end(request: HttpRequest, project_id: UUID, user_id: UUID) -> HttpResponse:
    """Remove a member, or leave."""
    actor = person(request)
    with refusal_shown(request):
        remove_member(actor=actor, project_id=project_id, user_id=user_id)
        if actor.pk == user_id:
            messages.success(request, "You left the project.")
            return redirect("home")
        messages.success(request, "Removed. The work and the log stay.")
    return redirect("people", project_id)
