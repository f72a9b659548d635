"""Invitations and roles: who lets whom in, how far, and that a project keeps an owner."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.utils import timezone

from tests.cast import PASSWORD
from webapp.actions.members import (
    accept_invitation,
    change_role,
    invite,
    join_with_new_account,
    remove_member,
    revoke_invitation,
)
from webapp.models import AuditEvent, Invitation, Membership, User
from webapp.permissions import Action, may
from webapp.states import Refused

pytestmark = pytest.mark.django_db


def role_in(project: Any, person: Any) -> str:
    """The role that a person has."""
    return Membership.objects.get(project=project, user=person).role


def test_an_invitation_lets_one_person_in(alice: Any, project: Any, carl: Any, vera: Any) -> None:
    invitation, secret = invite(actor=alice, project_id=project.pk, role="annotator")
    assert secret not in str(Invitation.objects.values().get())
    accept_invitation(actor=carl, secret=secret)
    assert role_in(project, carl) == "annotator"
    invitation.refresh_from_db()
    assert invitation.accepted_by == carl
    with pytest.raises(Http404):
        accept_invitation(actor=vera, secret=secret)


def test_a_member_keeps_the_higher_role(alice: Any, project: Any, rita: Any, vera: Any) -> None:
    for person in (rita, vera):
        _, secret = invite(actor=alice, project_id=project.pk, role="annotator")
        accept_invitation(actor=person, secret=secret)
    assert (role_in(project, rita), role_in(project, vera)) == ("reviewer", "annotator")


def test_a_revoked_or_old_invitation_lets_nobody_in(alice: Any, project: Any, carl: Any) -> None:
    revoked, secret = invite(actor=alice, project_id=project.pk, role="viewer")
    revoke_invitation(actor=alice, invitation_id=revoked.pk)
    old, old_secret = invite(actor=alice, project_id=project.pk, role="viewer")
    Invitation.objects.filter(pk=old.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    for each in (secret, old_secret, "guess"):
        with pytest.raises(Http404):
            accept_invitation(actor=carl, secret=each)


def test_an_invitation_makes_an_account_and_a_member_or_neither(alice: Any, project: Any) -> None:
    _, secret = invite(actor=alice, project_id=project.pk, role="viewer")
    n_accounts = User.objects.count()
    with pytest.raises(ValidationError):
        join_with_new_account(secret=secret, name="Nils", email="n@example.org", password="short")
    assert User.objects.count() == n_accounts
    person, joined = join_with_new_account(
        secret=secret, name="Nils", email="N@Example.org", password=PASSWORD
    )
    assert (person.email, joined, role_in(project, person)) == (
        "n@example.org",
        project,
        "viewer",
    )
    with pytest.raises(Http404):
        join_with_new_account(secret=secret, name="M", email="m@example.org", password=PASSWORD)


def test_an_address_that_has_an_account_is_not_taken_over(
    alice: Any, project: Any, carl: Any
) -> None:
    _, secret = invite(actor=alice, project_id=project.pk, role="viewer")
    with pytest.raises(Refused, match="Sign in"):
        join_with_new_account(secret=secret, name="X", email=carl.email.upper(), password=PASSWORD)
    carl.refresh_from_db()
    assert carl.check_password(PASSWORD)


def test_nobody_gives_more_than_she_has(alice: Any, olga: Any, bob: Any, project: Any) -> None:
    with pytest.raises(Refused):
        invite(actor=alice, project_id=project.pk, role="owner")
    with pytest.raises(Refused):
        change_role(actor=alice, project_id=project.pk, user_id=bob.pk, role="owner")
    with pytest.raises(Refused):
        change_role(actor=alice, project_id=project.pk, user_id=olga.pk, role="viewer")
    with pytest.raises(Refused):
        remove_member(actor=alice, project_id=project.pk, user_id=olga.pk)
    with pytest.raises(Refused):
        change_role(actor=alice, project_id=project.pk, user_id=bob.pk, role="emperor")
    with pytest.raises(PermissionDenied):
        change_role(actor=bob, project_id=project.pk, user_id=bob.pk, role="reviewer")


def test_a_project_keeps_an_owner(alice: Any, olga: Any, project: Any) -> None:
    with pytest.raises(Refused, match="at least one owner"):
        remove_member(actor=olga, project_id=project.pk, user_id=olga.pk)
    change_role(actor=olga, project_id=project.pk, user_id=alice.pk, role="owner")
    remove_member(actor=olga, project_id=project.pk, user_id=olga.pk)
    assert not may(olga, Action.SEE, project)


def test_anybody_may_leave_and_the_log_remembers(vera: Any, project: Any) -> None:
    remove_member(actor=vera, project_id=project.pk, user_id=vera.pk)
    event = AuditEvent.objects.get(verb="member.removed")
    assert (event.actor_name, event.subject_name) == ("Vera", "Vera")


def test_a_changed_role_is_logged_with_before_and_after(
    alice: Any, vera: Any, project: Any
) -> None:
    change_role(actor=alice, project_id=project.pk, user_id=vera.pk, role="annotator")
    detail = AuditEvent.objects.get(verb="member.role_changed").detail
    assert detail == {"before": "viewer", "after": "annotator"}
