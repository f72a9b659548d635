"""The edit log of an annotation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import QuerySet

from annotations.models import Annotation, Edit
from webapp.audit.chain import Break, Link, first_break

PAGE = 1000
PAGE_BYTES = 2**23
BYTES_OF_A_LABEL = 8


def edits_after(annotation: Annotation, version: int) -> QuerySet[Edit]:
    """The edits that came after a version, in order."""
    return Edit.objects.filter(annotation_id=annotation.pk, version__gt=version).order_by("version")


def page_after(annotation: Annotation, version: int, most_bytes: int | None = None) -> list[Edit]:
    """The first edits after a version: at most PAGE, and no more than fit into `most_bytes`.

    That is PAGE_BYTES when nothing is said.

    There is always one when any is left, so whoever asks again comes to the end.
    """
    page: list[Edit] = []
    n_bytes, most = 0, most_bytes or PAGE_BYTES
    for edit in edits_after(annotation, version)[:PAGE].iterator(chunk_size=50):
        n_bytes += size_of(edit)
        if page and n_bytes > most:
            break
        page.append(edit)
    return page


def size_of(edit: Edit) -> int:
    """About how many bytes the edit has as JSON."""
    n_labels = sum(len(mark.get("labels", ())) for mark in edit.marks)
    return sum(len(patch["runs"]) for patch in edit.patches) + BYTES_OF_A_LABEL * n_labels


def describe_edit(edit: Edit) -> dict[str, Any]:
    """What the API and the websocket say about an edit."""
    return {
        "version": edit.version,
        "client_id": str(edit.client_id),
        "kind": edit.kind,
        "author": {"id": str(edit.author_id), "name": edit.author_name},
        "created_at": edit.created_at.isoformat(),
        "undoes": edit.undoes,
        "patches": edit.patches,
        "marks": edit.marks,
    }


def row_of(edit: Edit) -> Mapping[str, Any]:
    """The fields of an edit that its hash covers.

    An edit without marks hashes as all edits did before there were marks.
    """
    row = {
        "annotation_id": edit.annotation_id,
        "version": edit.version,
        "client_id": edit.client_id,
        "base_version": edit.base_version,
        "kind": edit.kind,
        "undoes": edit.undoes,
        "patches": edit.patches,
        "author_id": edit.author_id,
        "author_name": edit.author_name,
        "created_at": edit.created_at,
    }
    return {**row, "marks": edit.marks} if edit.marks else row


def check_edits(annotation: Annotation) -> Break | None:
    """Recompute the hash chain of an annotation; None when it holds up to its version."""

    def links() -> Iterator[Link]:
        rows = Edit.objects.filter(annotation_id=annotation.pk).order_by("version")
        for edit in rows.iterator(chunk_size=500):
            yield Link(edit.version, row_of(edit), edit.prev_hash, edit.hash)

    broken = first_break(links())
    if broken is not None:
        return broken
    last = Edit.objects.filter(annotation_id=annotation.pk).order_by("-version").first()
    head = (last.version, last.hash) if last else (0, "")
    if head != (annotation.version, annotation.edit_head):
        return Break(head[0], "the annotation does not point at the last row")
    return None
