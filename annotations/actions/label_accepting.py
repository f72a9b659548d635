"""Masks that were made elsewhere become masks or results of their images."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone

from annotations.actions.edit_log import Change, append_edit
from annotations.actions.label_files import tell_dataset
from annotations.labels.marks import CellMark, Mark, Region, RegionMark
from annotations.models import Annotation, LabelProposal
from annotations.models.edit import EditKind
from annotations.models.label_file import ProposalState
from annotations.queries.classes import classes_of
from annotations.queries.label_files import Becomes, verdicts
from segmentation.actions.imports import keep_import
from segmentation.models import Segmentation
from webapp.audit.log import record_event
from webapp.audit.verbs import Verb
from webapp.models import Dataset, Image, User
from webapp.permissions import Action, require
from webapp.queries.projects import dataset_for
from webapp.states import Conflict, Refused


@transaction.atomic
def accept_proposals(
    *, actor: User, dataset_id: UUID, proposal_ids: Sequence[UUID]
) -> list[LabelProposal]:
    """Make proposals masks or results of their images, each with its line in the log: all or none.

    Refused, with the name of the first, when something stands against one of them.
    """
    dataset = dataset_for(actor, dataset_id)
    require(actor, Action.EDIT_LABELS, dataset.project)
    rows = _locked(dataset, proposal_ids)
    for row in rows:
        verdict = verdicts(dataset.project, [row])[row.pk]
        if not verdict.can_be_accepted:
            raise Refused(f"{row.name}: {verdict.sentence}")
        _accept(actor, row)
    tell_dataset(dataset)
    return rows


def _locked(dataset: Dataset, proposal_ids: Sequence[UUID]) -> list[LabelProposal]:
    """Undecided rows in the order of their files; images are locked when they are adopted."""
    rows = list(
        LabelProposal.objects.select_for_update(of=("self",))
        .select_related("file", "image__dataset__project")
        .filter(file__dataset=dataset, pk__in=list(proposal_ids), state=ProposalState.OPEN)
    )
    if not rows or len(rows) != len(set(proposal_ids)):
        raise Conflict("Some of these masks were decided on already. Reload the page.")
    return rows


def _accept(actor: User, row: LabelProposal) -> None:
    image = row.image
    assert image is not None
    assert row.labels_id is not None
    assert row.n_objects is not None
    said: dict[str, Any] = {
        "file": {"name": row.file.name, "sha256": row.file.blob_id},
        "format": row.file.format,
        "part": row.name,
    }
    if row.has_pieces:
        said["each_piece_is_a_cell"] = row.are_pieces
    if row.classes:
        said["classes"] = row.classes
    row.segmentation = keep_import(
        actor=actor,
        image=image,
        labels_sha256=row.labels_id,
        n_objects=row.n_objects,
        largest_label=row.largest_label,
        manifest=said,
    )
    row.state, row.decided_by, row.decided_at = ProposalState.ACCEPTED, actor, timezone.now()
    row.save()
    masks = Annotation.objects.filter(image=image, is_current=True, base=row.segmentation)
    became = Becomes.MASKS if masks.exists() else Becomes.RESULT
    _say_classes(actor, row, row.segmentation)
    record_event(
        actor,
        Verb.MASKS_IMPORTED,
        image,
        project=image.dataset.project,
        file=row.file.name,
        sha256=row.file.blob_id,
        format=row.file.format,
        part=row.name,
        segmentation=row.segmentation.pk,
        digest=row.labels_id,
        n_objects=row.n_objects,
        became=became.value,
        **({"each_piece_is_a_cell": row.are_pieces} if row.has_pieces else {}),
    )


def _say_classes(actor: User, row: LabelProposal, segmentation: Segmentation) -> None:
    """Classes and regions to ignore become version 1, where the masks became version 0."""
    annotation = (
        Annotation.objects.select_for_update(of=("self",))
        .select_related("image__dataset__project", "base")
        .filter(image=row.image, is_current=True, base=segmentation, version=0)
        .first()
    )
    marks = _marks(row, row.image) if row.image is not None else []
    if annotation is None or not marks:
        return
    append_edit(
        annotation,
        actor=actor,
        client_id=uuid5(annotation.pk, str(row.pk)),
        base_version=0,
        kind=EditKind.IMPORT,
        undoes=None,
        change=Change((), marks),
    )


def _marks(row: LabelProposal, image: Image) -> list[Mark]:
    ids = {one.name.casefold(): str(one.pk) for one in classes_of(image.dataset.project)}
    marks: list[Mark] = [
        CellMark(tuple(sorted(labels)), {"class": None}, {"class": ids[name.casefold()]})
        for name, labels in row.classes.items()
        if labels and name.casefold() in ids
    ]
    for number, region in enumerate(row.regions):
        points = tuple((float(y), float(x)) for y, x in region["points"])
        name = str(uuid5(row.pk, str(number)))
        marks.append(RegionMark(name, None, Region(region["t"], region["z"], points)))
    return marks
