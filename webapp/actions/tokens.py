"""Keys for scripts: make one, take one back."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.http import Http404
from django.utils import timezone

from webapp.actions.names import clean_name
from webapp.audit.log import record_event
from webapp.audit.verbs import Verb
from webapp.models import ApiToken, User
from webapp.models.token import TokenScope
from webapp.queries.projects import project_for
from webapp.states import Refused

PREFIX = "cvs_"
NOTE_EVERY = timedelta(minutes=1)


@transaction.atomic
def create_token(
    *, actor: User, name: str, scope: str, project_id: UUID | None = None
) -> tuple[ApiToken, str]:
    """A new key and its secret, which is shown this once."""
    if scope not in TokenScope.values:
        raise Refused("A token is for reading (read) or for reading and writing (write).")
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=actor,
        name=clean_name(name, "token"),
        scope=scope,
        project=project_for(actor, project_id) if project_id else None,
        secret_sha256=hashlib.sha256(secret.encode()).hexdigest(),
    )
    record_event(actor, Verb.TOKEN_CREATED, token, scope=scope)
    return token, secret


def note_use(token: ApiToken, now: datetime) -> None:
    """Remember when the key was last used, at most once a minute."""
    if token.last_used_at is None or now - token.last_used_at >= NOTE_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)


@transaction.atomic
def revoke_token(*, actor: User, token_id: UUID) -> ApiToken:
    """The key stops working at once."""
    token = ApiToken.objects.select_for_update().filter(pk=token_id, user=actor).first()
    if token is None:
        raise Http404
    if token.revoked_at is None:
        token.revoked_at = timezone.now()
        token.save(update_fields=["revoked_at"])
        record_event(actor, Verb.TOKEN_REVOKED, token)
    return token
