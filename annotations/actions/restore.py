"""Make an earlier version the newest one: one edit, made here from the log."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from annotations.actions.edit import MAX_PATCHES
from annotations.actions.edit_log import (
    Change,
    SavedEdit,
    append_edit,
    check_editable,
    saved_before,
)
from annotations.actions.head import open_head
from annotations.labels import patch as patches
from annotations.labels.patch import Patch
from annotations.labels.restoring import (
    Labels,
    Touched,
    marks_between,
    patches_between,
    take_back,
)
from annotations.models import Annotation
from annotations.models.edit import EditKind
from annotations.queries.annotations import annotation_for
from annotations.queries.edits import edits_after
from annotations.queries.facts import facts_at, facts_now
from webapp.models import User
from webapp.permissions import Action
from webapp.states import Conflict, Refused


class Moved(Conflict):
    """There are versions that whoever restores has not seen."""

    code = "moved"


@transaction.atomic
def restore_version(
    *, actor: User, annotation_id: UUID, client_id: UUID, version: int, base_version: int
) -> SavedEdit:
    """Append the edit that leads back to a version: its pixels, and what was said then.

    `base_version` is the newest version that the actor has seen. A repeated `client_id` gives the
    first answer again. Raises Moved when there is a newer one, IllegalMove when the annotation is
    in review or approved, Refused when there is no such version or nothing differs from it.
    """
    annotation = annotation_for(actor, annotation_id, action=Action.EDIT_LABELS, is_locked=True)
    known = saved_before(annotation, client_id)
    if known is not None:
        return known
    check_editable(annotation)
    if not 0 <= version <= annotation.version:
        raise Refused(f"There is no version {version} of this annotation.")
    if base_version != annotation.version:
        raise Moved("Cells have changed in the meantime. Look at what changed and try again.")
    marks = marks_between(facts_now(annotation), facts_at(annotation, version))
    change = Change(_patches_back(annotation, version), marks)
    if not change.patches and not change.marks:
        raise Refused(f"Nothing differs from version {version}.")
    edit = append_edit(
        annotation,
        actor=actor,
        client_id=client_id,
        base_version=base_version,
        kind=EditKind.RESTORE,
        undoes=None,
        change=change,
    )
    return SavedEdit(edit.version, is_rebased=False, is_new=True)


def played_back(annotation: Annotation, version: int) -> tuple[Labels, Touched]:
    """The labels (T, Z, Y, X) of a version, in a copy, and what the edits since have touched.

    The annotation's row is locked by the caller.
    """
    labels, touched = open_head(annotation).scratch(), Touched()
    since = edits_after(annotation, version).order_by("-version").values_list("patches", flat=True)
    for row in since.iterator(chunk_size=50):
        edit = [patches.from_json(item) for item in row]
        take_back(labels, edit)
        for patch in edit:
            touched.add(patch)
    return labels, touched


def _patches_back(annotation: Annotation, version: int) -> list[Patch]:
    labels, touched = played_back(annotation, version)
    now = open_head(annotation).scratch()
    return patches_between(now, labels, touched.blocks(MAX_PATCHES))
