"""The end of an edit log: what an edit is, and how it becomes the next one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from annotations.labels import marks
from annotations.labels import patch as patches
from annotations.labels.marks import Mark
from annotations.labels.patch import Patch
from annotations.models import Annotation, Edit
from annotations.queries.edits import describe_edit, row_of, size_of
from annotations.states import EDITABLE, IllegalMove
from webapp import events
from webapp.audit.chain import GENESIS, link_hash
from webapp.models import User
from webapp.states import Conflict, ImageState

LARGEST_NEWS = 2**18


@dataclass(frozen=True)
class Change:
    """What an edit does: pixels, and what is said of cells and regions."""

    patches: Sequence[Patch]
    marks: Sequence[Mark]

    @cached_property
    def labels(self) -> frozenset[int]:
        """Every cell that it touches."""
        drawn = (patches.touched_labels(patch) for patch in self.patches)
        return marks.touched_labels(self.marks).union(*drawn)

    def meets(self, other: Change) -> bool:
        """Whether both touch the same cell, pixel or region."""
        if self.labels & other.labels:
            return True
        if marks.touched_regions(self.marks) & marks.touched_regions(other.marks):
            return True
        return any(
            patches.overlaps(mine, theirs) for mine in self.patches for theirs in other.patches
        )


@dataclass(frozen=True)
class SavedEdit:
    """What the author is told."""

    version: int
    is_rebased: bool
    is_new: bool


def saved_before(annotation: Annotation, client_id: UUID) -> SavedEdit | None:
    """The first answer, when the same edit is sent again."""
    known = Edit.objects.filter(annotation_id=annotation.pk, client_id=client_id).first()
    if known is None:
        return None
    return SavedEdit(known.version, known.base_version != known.version - 1, is_new=False)


class Replaced(Conflict):
    """The image has another annotation now, which nobody had touched when it came."""

    code = "replaced"


def check_current(annotation: Annotation) -> None:
    """Raise Replaced when a page still shows the masks of before the image was segmented anew."""
    if not annotation.is_current:
        raise Replaced("This image was segmented anew. Reload the page to see the new masks.")


def check_editable(annotation: Annotation) -> None:
    """Raise IllegalMove when the annotation is in review or approved, Replaced when it is old."""
    check_current(annotation)
    if ImageState(annotation.state) not in EDITABLE:
        raise IllegalMove(ImageState(annotation.state), ImageState.CORRECTED)


def append_edit(
    annotation: Annotation,
    *,
    actor: User,
    client_id: UUID,
    base_version: int,
    kind: str,
    undoes: int | None,
    change: Change,
) -> Edit:
    """Make a checked change the next version, and tell everybody. The row must be locked."""
    edit = Edit(
        annotation_id=annotation.pk,
        version=annotation.version + 1,
        client_id=client_id,
        base_version=base_version,
        kind=kind,
        undoes=undoes,
        patches=[patches.to_json(patch) for patch in change.patches],
        marks=marks.to_json(change.marks),
        author_id=actor.pk,
        author_name=str(actor)[:150],
        created_at=datetime.now(UTC),
        prev_hash=annotation.edit_head or GENESIS,
    )
    edit.hash = link_hash(edit.prev_hash, row_of(edit))
    edit.save(force_insert=True)
    _move_on(annotation, edit, actor)
    return edit


def _move_on(annotation: Annotation, edit: Edit, actor: User) -> None:
    annotation.version, annotation.edit_head = edit.version, edit.hash
    annotation.last_edit_by = actor
    annotation.save(update_fields=["version", "edit_head", "last_edit_by"])
    if annotation.state != ImageState.CORRECTED:
        annotation.move_to(ImageState.CORRECTED)
        events.tell_annotation(
            annotation.pk,
            {"type": "state", "state": annotation.state, "version": annotation.version},
        )
    events.tell_annotation(annotation.pk, _news_of(edit))


def _news_of(edit: Edit) -> dict[str, Any]:
    """The edit itself, or only its version when it is so large that each page better fetches it."""
    if size_of(edit) > LARGEST_NEWS:
        return {"type": "version", "version": edit.version}
    return {"type": "edit", "edit": describe_edit(edit)}
