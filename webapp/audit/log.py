"""Write one milestone into its chain, inside the transaction that made it true."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from django.db import connection, models, transaction

from webapp import events
from webapp.audit.chain import GENESIS, Break, Link, canonical, first_break, link_hash
from webapp.audit.verbs import Verb
from webapp.models import AuditEvent, Project, User

LAB = "lab"


def record_event(
    actor: User | None,
    verb: Verb,
    subject: models.Model,
    *,
    project: Project | None = None,
    **detail: Any,
) -> AuditEvent:
    """Append a milestone to the project's chain (the lab's without a project).

    Must be called inside a transaction; the scope is locked until its end, so places have no
    gap and every row follows the one before it. After commit the project's pages are told.
    """
    scope = str(project.pk) if project is not None else LAB
    _lock(scope)
    last = AuditEvent.objects.filter(scope=scope).order_by("-sequence").first()
    event = AuditEvent(
        scope=scope,
        sequence=last.sequence + 1 if last else 1,
        verb=verb.value,
        actor_id=str(actor.pk) if actor else "",
        actor_name=str(actor)[:150] if actor else "Coverslip",
        subject_kind=subject._meta.model_name or "",
        subject_id=str(subject.pk),
        subject_name=str(subject)[:255],
        detail=canonical(detail),
        created_at=datetime.now(UTC),
        prev_hash=last.hash if last else GENESIS,
    )
    event.hash = link_hash(event.prev_hash, content_of(event))
    event.save(force_insert=True)
    if project is not None:
        events.tell_project(
            project.pk,
            {"type": "audit", "verb": event.verb, "subject": event.subject_id},
        )
    return event


def content_of(event: AuditEvent) -> Mapping[str, Any]:
    """The fields of a row that its hash covers."""
    return {
        "scope": event.scope,
        "sequence": event.sequence,
        "verb": event.verb,
        "actor_id": event.actor_id,
        "actor_name": event.actor_name,
        "subject_kind": event.subject_kind,
        "subject_id": event.subject_id,
        "subject_name": event.subject_name,
        "detail": event.detail,
        "created_at": event.created_at,
    }


def check_chain(scope: str) -> Break | None:
    """Recompute one chain from the database; None when it holds."""

    def links() -> Iterator[Link]:
        rows = AuditEvent.objects.filter(scope=scope).order_by("sequence")
        for event in rows.iterator(chunk_size=1000):
            yield Link(event.sequence, content_of(event), event.prev_hash, event.hash)

    return first_break(links())


def _lock(scope: str) -> None:
    """One writer a scope until the transaction ends."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a milestone is recorded inside the transaction that makes it true")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"audit:{scope}"])
