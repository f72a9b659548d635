"""Save one edit: the only way pixels of an annotation change, and what is said of its cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from annotations.actions.edit_log import (
    Change,
    SavedEdit,
    append_edit,
    check_editable,
    saved_before,
)
from annotations.actions.head import open_head
from annotations.labels import marks
from annotations.labels import patch as patches
from annotations.labels.marks import CellMark, InvalidMark
from annotations.labels.patch import InvalidPatch
from annotations.models import Annotation, CellClass
from annotations.models.edit import EditKind
from annotations.queries.annotations import annotation_for
from annotations.queries.edits import describe_edit, edits_after
from annotations.queries.facts import facts_now
from webapp.models import User
from webapp.permissions import Action
from webapp.states import Conflict, Refused

MAX_PATCHES = 256
MAX_MARKS = 4096
LABEL_RANGE = 4096
MAX_LABEL = 2**32 - 1


class EditConflict(Conflict):
    """Somebody changed the same pixels or cells since; the edits in between come along."""

    def __init__(self, sentence: str, annotation: Annotation, after: int, code: str) -> None:
        self.code = code
        self.version = annotation.version
        self.edits = [describe_edit(edit) for edit in edits_after(annotation, after)]
        super().__init__(sentence)

    def facts(self) -> dict[str, Any]:
        """The version that is there now and the edits that led to it."""
        return {"version": self.version, "edits": self.edits}


@transaction.atomic
def save_edit(
    *,
    actor: User,
    annotation_id: UUID,
    client_id: UUID,
    base_version: int,
    kind: str,
    patches_json: Sequence[Mapping[str, Any]],
    marks_json: Sequence[Mapping[str, Any]] = (),
    undoes: int | None = None,
) -> SavedEdit:
    """Append an edit to the log of an annotation.

    A repeated `client_id` gives the first answer again. An old `base_version` is fine as long as
    no edit in between touches the same pixels or objects; EditConflict otherwise. Raises
    IllegalMove when the annotation is in review or approved, Refused for a malformed patch or mark.
    """
    annotation = annotation_for(actor, annotation_id, action=Action.EDIT_LABELS, is_locked=True)
    known = saved_before(annotation, client_id)
    if known is not None:
        return known
    check_editable(annotation)
    change = _parse(annotation, kind, patches_json, marks_json)
    if not 0 <= base_version <= annotation.version:
        raise Refused(f"There is no version {base_version} of this annotation.")
    _check_between(annotation, base_version, change)
    _check_before(annotation, base_version, change)
    edit = append_edit(
        annotation,
        actor=actor,
        client_id=client_id,
        base_version=base_version,
        kind=kind,
        undoes=undoes,
        change=change,
    )
    return SavedEdit(edit.version, base_version != edit.version - 1, is_new=True)


@transaction.atomic
def reserve_labels(*, actor: User, annotation_id: UUID, count: int) -> tuple[int, int]:
    """A half-open range of numbers for new cells that nobody else gets."""
    annotation = annotation_for(actor, annotation_id, action=Action.EDIT_LABELS, is_locked=True)
    if not 1 <= count <= LABEL_RANGE:
        raise Refused(f"Ask for 1 to {LABEL_RANGE} numbers.")
    start = annotation.next_label
    if start + count > MAX_LABEL:
        raise Refused("This annotation has used up every cell number.")
    annotation.next_label = start + count
    annotation.save(update_fields=["next_label"])
    return start, start + count


def _parse(
    annotation: Annotation,
    kind: str,
    patches_json: Sequence[Mapping[str, Any]],
    marks_json: Sequence[Mapping[str, Any]],
) -> Change:
    if kind not in EditKind.values:
        raise Refused(f"There is no kind of edit called {kind!r}.")
    if not patches_json and not marks_json:
        raise Refused("An edit must change something.")
    if len(patches_json) > MAX_PATCHES or len(marks_json) > MAX_MARKS:
        raise Refused(f"An edit has at most {MAX_PATCHES} patches and {MAX_MARKS} marks.")
    image = annotation.image
    shape = (image.n_frames, image.n_slices, image.height, image.width)
    try:
        change = Change(
            [patches.from_json(item) for item in patches_json], marks.from_json(marks_json)
        )
        for patch in change.patches:
            patches.check_inside(patch, shape)
        for mark in change.marks:
            marks.check_inside(mark, shape)
    except (InvalidPatch, InvalidMark) as error:
        raise Refused(str(error)) from error
    _check_classes(annotation, change)
    highest = max(change.labels, default=0)
    if highest >= annotation.next_label:
        raise Refused(f"Cell number {highest} was not handed out by the server. Reserve it first.")
    return change


def _check_classes(annotation: Annotation, change: Change) -> None:
    """Cells get classes of their own project only; also one removed meanwhile, which they keep."""
    given = (mark.after.get("class") for mark in change.marks if isinstance(mark, CellMark))
    wanted = {class_id for class_id in given if isinstance(class_id, str)}
    known = CellClass.objects.filter(project=annotation.project, pk__in=wanted)
    if wanted and known.count() != len(wanted):
        raise Refused("This project has no such class of cells. Reload the page.")


def _check_between(annotation: Annotation, base_version: int, change: Change) -> None:
    """No edit since `base_version` touches the same pixels, cells or regions."""
    for edit in edits_after(annotation, base_version):
        other = Change(
            [patches.from_json(item) for item in edit.patches], marks.from_json(edit.marks)
        )
        if change.meets(other):
            raise EditConflict(
                f"{edit.author_name} changed the same place meanwhile. "
                "Both versions are shown; your change was not saved.",
                annotation,
                base_version,
                "conflict",
            )


def _check_before(annotation: Annotation, base_version: int, change: Change) -> None:
    """What the author saw is what is there."""
    if _pixels_match(annotation, change) and _facts_match(annotation, change):
        return
    raise EditConflict(
        "The masks here are not what this page shows. Reload the page.",
        annotation,
        base_version,
        "mismatch",
    )


def _pixels_match(annotation: Annotation, change: Change) -> bool:
    if not change.patches:
        return True
    head = open_head(annotation)
    return all(patches.matches(head.plane(patch.t, patch.z), patch) for patch in change.patches)


def _facts_match(annotation: Annotation, change: Change) -> bool:
    if not change.marks:
        return True
    facts = facts_now(annotation)
    return all(facts.stand_as_before(mark) for mark in change.marks)
