"""The first account of an installation."""

from __future__ import annotations

from django.contrib.auth.password_validation import validate_password
from django.db import connection, transaction

from webapp.audit.log import record_event
from webapp.audit.verbs import Verb
from webapp.models import Membership, Project, Role, User
from webapp.queries.people import has_owner
from webapp.states import Refused


@transaction.atomic
def found_lab(*, name: str, email: str, password: str) -> User:
    """Create the owner of the lab; refused once anybody has an account."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('found-lab', 0))")
    if has_owner():
        raise Refused("This lab has its owner already. Sign in, or ask for an invitation.")
    owner = User(name=name.strip(), email=email.strip().lower(), is_lab_owner=True)
    validate_password(password, owner)
    owner.set_password(password)
    owner.save()
    record_event(owner, Verb.LAB_FOUNDED, owner)
    for project in Project.objects.filter(is_demo=True):
        Membership.objects.create(project=project, user=owner, role=Role.OWNER)
        record_event(owner, Verb.MEMBER_JOINED, owner, project=project, role=Role.OWNER)
    return owner


@transaction.atomic
def change_name(*, actor: User, name: str) -> User:
    """A person changes how she is called from now on; the log keeps the old name."""
    if not name.strip():
        raise Refused("Please give a name.")
    actor.name = name.strip()[:100]
    actor.save(update_fields=["name"])
    return actor
