"""The masks of a copied image: a history of its own that begins with what was copied."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from annotations.actions.edit import MAX_PATCHES
from annotations.actions.edit_log import Change, append_edit
from annotations.actions.head import open_head
from annotations.actions.restore import played_back
from annotations.labels.marks import Facts
from annotations.labels.patch import Patch
from annotations.labels.restoring import marks_between, patches_between
from annotations.models import Annotation, CellClass
from annotations.models.edit import EditKind
from annotations.queries.facts import facts_at
from segmentation.models import Segmentation
from webapp.audit.log import record_event
from webapp.audit.verbs import Verb
from webapp.models import Image, Project, User
from webapp.queue import ask_worker
from webapp.states import ImageState

PREPARE = "annotations.prepare"


def copy_annotation(*, source: Image, copy: Image, actor: User, **_: Any) -> None:
    """Version 0 of the copy is that of the original; what people changed since is its version 1.

    So the copy tells what the model made and what was corrected. An approval does not come along:
    whoever works on the copy approves it anew. In the transaction that copies the image.
    """
    rows = Annotation.objects.select_for_update(of=("self",)).select_related("image", "base")
    original = rows.filter(image=source, is_current=True).first()
    if original is None:
        return
    annotation = Annotation.objects.create(
        image=copy,
        base=_copy_result(original.base, copy) if original.base else None,
        state=ImageState.SEGMENTED if original.base else ImageState.UPLOADED,
        next_label=original.next_label,
    )
    copy.state, copy.n_cells = annotation.state, source.n_cells
    copy.save(update_fields=["state", "n_cells"])
    record_event(
        actor,
        Verb.SEGMENTATION_ADOPTED,
        copy,
        project=copy.dataset.project,
        segmentation=annotation.base_id,
        copied_from=original.pk,
        version=original.version,
        edit_head=original.edit_head,
    )
    change = _change_since_base(original, copy.dataset.project)
    if change.patches or change.marks:
        append_edit(
            annotation,
            actor=actor,
            client_id=uuid4(),
            base_version=0,
            kind=EditKind.COPY,
            undoes=None,
            change=change,
        )
    ask_worker(PREPARE, str(annotation.pk))


def _copy_result(base: Segmentation, copy: Image) -> Segmentation:
    """The same result, of the copy; label image and confidences are the same bytes."""
    fields = {
        field.attname: getattr(base, field.attname)
        for field in Segmentation._meta.concrete_fields
        if field.name not in ("id", "image", "created_at")
    }
    return Segmentation.objects.create(**fields, id=uuid4(), image=copy)


def _change_since_base(original: Annotation, project: Project) -> Change:
    """All that people changed and said, as one change."""
    facts = facts_at(original, original.version)
    if project.pk != original.project.pk:
        _rename_classes(facts, project)
    return Change(_patches_since_base(original), marks_between(Facts(), facts))


def _patches_since_base(original: Annotation) -> list[Patch]:
    if not original.version:
        return []
    base, touched = played_back(original, 0)
    return patches_between(base, open_head(original).scratch(), touched.blocks(MAX_PATCHES))


def _rename_classes(facts: Facts, project: Project) -> None:
    """Classes of another project: the one of the same name, else none."""
    ours = {row.name.lower(): str(row.pk) for row in _classes_of(project)}
    given = {str(said["class"]) for said in facts.cells.values() if said.get("class")}
    rows = CellClass.objects.filter(pk__in=given)
    same = {str(row.pk): ours.get(row.name.lower()) for row in rows}
    for said in facts.cells.values():
        if said.get("class"):
            said["class"] = same.get(str(said["class"]))


def _classes_of(project: Project) -> list[CellClass]:
    return list(CellClass.objects.filter(project=project, removed_at=None))
