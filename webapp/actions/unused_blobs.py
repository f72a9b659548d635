"""Bytes that no row names any more make room again."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, ForeignObjectRel, OuterRef, QuerySet

from webapp import events
from webapp.models import Blob
from webapp.storage.blobs import remove_blob

# Bytes are kept before the row that names them: younger ones may belong to such a row.
YOUNG = timedelta(days=1)


def remove_unused_blobs() -> int:
    """Remove the bytes that nothing names for a day or more; returns how many blobs."""
    candidates = set(unused_blobs().values_list("sha256", flat=True))
    # Higher apps name some in JSON, and take those out of the set.
    events.announce("blobs.unused", candidates=candidates)
    return sum(_remove(sha256) for sha256 in sorted(candidates))


def unused_blobs() -> QuerySet[Blob]:
    """Blobs that no foreign key of any app names, also of those without a way back."""
    rows = Blob.objects.all()
    for relation in Blob._meta.get_fields(include_hidden=True):
        if not isinstance(relation, ForeignObjectRel):
            continue
        named = relation.related_model._base_manager.filter(**{relation.field.name: OuterRef("pk")})
        rows = rows.exclude(Exists(named))
    return rows


@transaction.atomic
def _remove(sha256: str) -> bool:
    """The bytes first, then the row: a row without bytes is found again by the next pass.

    The row is locked, so nobody begins to name it meanwhile.
    """
    Blob.objects.select_for_update().get(pk=sha256)
    if not unused_blobs().filter(pk=sha256).exists() or not remove_blob(sha256, older_than=YOUNG):
        return False
    Blob.objects.filter(pk=sha256).delete()
    return True
