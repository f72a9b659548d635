"""Save one edit: the only way pixels of an annotation change, and what is said of its cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db import transaction

from annotations.actions.head import open_head
from annotations.labels import marks
from annotations.labels import patch as patches
from annotations.labels.marks import CellMark, InvalidMark, Mark
from annotations.labels.patch import InvalidPatch, Patch
from annotations.models import Annotation, CellClass, Edit
from annotations.models.edit import EditKind
from annotations.queries.annotations import annotation_for
from annotations.queries.edits import describe_edit, edits_after, row_of, size_of
from annotations.queries.facts import facts_now
from annotations.states import EDITABLE, IllegalMove
from webapp import events
from webapp.audit.chain import GENESIS, link_hash
from webapp.models import User
from webapp.permissions import Action
from webapp.states import Conflict, ImageState, Refused

MAX_PATCHES = 256
MAX_MARKS = 256
LABEL_RANGE = 4096
LARGEST_NEWS = 2**18
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
    known = Edit.objects.filter(annotation_id=annotation.pk, client_id=client_id).first()
    if known is not None:
        return SavedEdit(known.version, known.base_version != known.version - 1, is_new=False)
    if ImageState(annotation.state) not in EDITABLE:
        raise IllegalMove(ImageState(annotation.state), ImageState.CORRECTED)
    change = _parse(annotation, kind, patches_json, marks_json)
    if not 0 <= base_version <= annotation.version:
        raise Refused(f"There is no version {base_version} of this annotation.")
    _check_between(annotation, base_version, change)
    _check_before(annotation, base_version, change)
    edit = _append(
        annotation,
        actor=actor,
        client_id=client_id,
        base_version=base_version,
        kind=kind,
        undoes=undoes,
        change=change,
    )
    _move_on(annotation, edit, actor)
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


def _append(
    annotation: Annotation,
    *,
    actor: User,
    client_id: UUID,
    base_version: int,
    kind: str,
    undoes: int | None,
    change: Change,
) -> Edit:
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
