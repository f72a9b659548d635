"""Who belongs to a project: invite by link, join, change a role, leave."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.http import Http404
from django.utils import timezone

from webapp import events
from webapp.audit.log import record_event
from webapp.audit.verbs import Verb
from webapp.models import Invitation, Membership, Project, Role, User
from webapp.permissions import RANK, Action, require
from webapp.queries.people import open_invitation
from webapp.queries.projects import project_for
from webapp.states import Refused

INVITATION_DAYS = 14


@transaction.atomic
def invite(*, actor: User, project_id: UUID, role: str) -> tuple[Invitation, str]:
    """A link for one person; the secret in it is returned once and kept only as a hash."""
    project = project_for(actor, project_id)
    own_role = require(actor, Action.MANAGE_PEOPLE, project)
    _check_reach(own_role, role)
    secret = secrets.token_urlsafe(24)
    invitation = Invitation.objects.create(
        project=project,
        role=role,
        secret_sha256=hashlib.sha256(secret.encode()).hexdigest(),
        created_by=actor,
        expires_at=timezone.now() + timedelta(days=INVITATION_DAYS),
    )
    record_event(actor, Verb.MEMBER_INVITED, invitation, project=project, role=role)
    return invitation, secret


@transaction.atomic
def revoke_invitation(*, actor: User, invitation_id: UUID) -> Invitation:
    """The link stops working."""
    invitation = Invitation.objects.select_for_update().filter(pk=invitation_id).first()
    if invitation is None:
        raise Http404
    require(actor, Action.MANAGE_PEOPLE, invitation.project)
    if invitation.accepted_at is None and invitation.revoked_at is None:
        invitation.revoked_at = timezone.now()
        invitation.save(update_fields=["revoked_at"])
        record_event(actor, Verb.INVITATION_REVOKED, invitation, project=invitation.project)
    return invitation


@transaction.atomic
def accept_invitation(*, actor: User, secret: str) -> Project:
    """Join by link; a member keeps the higher of both roles. A used link is gone (404)."""
    invitation = open_invitation(secret, is_locked=True)
    project = invitation.project
    membership, is_new = Membership.objects.get_or_create(
        project=project, user=actor, defaults={"role": invitation.role}
    )
    if not is_new and RANK[membership.role] < RANK[invitation.role]:
        membership.role = invitation.role
        membership.save(update_fields=["role"])
    invitation.accepted_by, invitation.accepted_at = actor, timezone.now()
    invitation.save(update_fields=["accepted_by", "accepted_at"])
    record_event(actor, Verb.MEMBER_JOINED, actor, project=project, role=membership.role)
    return project


@transaction.atomic
def join_with_new_account(
    *, secret: str, name: str, email: str, password: str
) -> tuple[User, Project]:
    """An account made by an invitation, and its membership, or neither."""
    open_invitation(secret, is_locked=True)
    if User.objects.filter(email__iexact=email.strip()).exists():
        raise Refused("There is an account with this e-mail address. Sign in, then open the link.")
    user = User(name=name.strip()[:100], email=email.strip().lower())
    validate_password(password, user)
    user.set_password(password)
    user.save()
    return user, accept_invitation(actor=user, secret=secret)


@transaction.atomic
def change_role(*, actor: User, project_id: UUID, user_id: UUID, role: str) -> Membership:
    """A manager changes roles up to her own; the last owner stays."""
    project = project_for(actor, project_id)
    own_role = require(actor, Action.MANAGE_PEOPLE, project)
    membership = _member(project, user_id)
    _check_reach(own_role, membership.role)
    _check_reach(own_role, role)
    if membership.role != role:
        before = membership.role
        _keep_an_owner(membership, project)
        membership.role = role
        membership.save(update_fields=["role"])
        record_event(
            actor,
            Verb.MEMBER_ROLE_CHANGED,
            membership.user,
            project=project,
            before=before,
            after=role,
        )
    return membership


@transaction.atomic
def remove_member(*, actor: User, project_id: UUID, user_id: UUID) -> None:
    """Access ends at once; work and log stay. Anybody may leave."""
    project = project_for(actor, project_id)
    membership = _member(project, user_id)
    if membership.user_id != actor.pk:
        own_role = require(actor, Action.MANAGE_PEOPLE, project)
        _check_reach(own_role, membership.role)
    _keep_an_owner(membership, project)
    membership.delete()
    record_event(actor, Verb.MEMBER_REMOVED, membership.user, project=project)
    events.tell_person(user_id, {"type": "role"})


def _member(project: Project, user_id: UUID) -> Membership:
    Project.objects.select_for_update().get(pk=project.pk)
    membership = Membership.objects.filter(project=project, user_id=user_id).first()
    if membership is None:
        raise Http404
    return membership


def _check_reach(own_role: Role, role: str) -> None:
    if role not in RANK:
        raise Refused(f"There is no role {role!r}.")
    if RANK[role] > RANK[own_role]:
        raise Refused(
            f"A {own_role.label.lower()} cannot give or take the role {Role(role).label}."
        )


def _keep_an_owner(membership: Membership, project: Project) -> None:
    owners = Membership.objects.filter(project=project, role=Role.OWNER)
    if membership.role == Role.OWNER and owners.count() == 1:
        raise Refused("A project keeps at least one owner. Make somebody else owner first.")
