"""Files with masks that were made elsewhere: take one in, choose, accept, discard."""

from __future__ import annotations

import errno
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID, uuid5

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from annotations.actions.edit_log import Change, append_edit
from annotations.labels.marks import CellMark, Mark, Region, RegionMark
from annotations.models import Annotation, LabelFile, LabelProposal
from annotations.models.edit import EditKind
from annotations.models.label_file import LabelFileState, ProposalState
from annotations.queries.classes import classes_of
from annotations.queries.label_files import Becomes, label_file_for, proposal_for, verdicts
from segmentation.actions.imports import keep_import
from segmentation.models import Segmentation
from webapp import events
from webapp.actions.names import MAX_FILE_NAME, clean_file_name
from webapp.audit.log import record_event
from webapp.audit.verbs import Verb
from webapp.models import Blob, Dataset, Image, User
from webapp.permissions import Action, require
from webapp.queries.images import image_for
from webapp.queries.projects import dataset_for
from webapp.queue import ask_worker
from webapp.states import Conflict, Refused
from webapp.storage.blobs import StoredBlob, free_bytes, keep_file, staging_file

READ_LABELS = "annotations.read_label_file"
UNDECIDED = (ProposalState.OPEN, ProposalState.READING)


def take_in(
    *,
    actor: User,
    dataset_id: UUID,
    image_id: UUID | None = None,
    name: str,
    pieces: Iterable[bytes],
) -> LabelFile:
    """Keep the bytes of a file as they arrive, and have them read; nothing else changes yet.

    With an image everything in the file is meant for that one. Refused when the file is too large
    or the disk has no room.
    """
    dataset = dataset_for(actor, dataset_id)
    require(actor, Action.EDIT_LABELS, dataset.project)
    if image_id is not None and image_for(actor, image_id).dataset_id != dataset.pk:
        raise Refused("This image is in another dataset. Drop its masks there.")
    return _add(actor, dataset, image_id, clean_path(name), _stored(pieces))


@transaction.atomic
def _add(
    actor: User, dataset: Dataset, image_id: UUID | None, name: str, stored: StoredBlob
) -> LabelFile:
    require(actor, Action.EDIT_LABELS, dataset.project)
    Blob.objects.get_or_create(sha256=stored.sha256, defaults={"size_bytes": stored.size_bytes})
    label_file = LabelFile.objects.create(
        dataset=dataset, image_id=image_id, name=name, blob_id=stored.sha256, created_by=actor
    )
    ask_worker(READ_LABELS, str(label_file.pk))
    tell_label_file(label_file)
    return label_file


@transaction.atomic
def choose(
    *,
    actor: User,
    proposal_id: UUID,
    image_id: UUID | None = None,
    are_pieces: bool | None = None,
) -> LabelProposal:
    """Say which image masks belong to, or whether pieces are cells; they are read once more."""
    proposal = proposal_for(actor, proposal_id)
    if proposal.state not in UNDECIDED:
        raise Conflict("This was decided already. Reload the page.")
    if image_id is not None:
        image = image_for(actor, image_id)
        if image.dataset_id != proposal.file.dataset_id:
            raise Refused("This image is in another dataset. Drop its masks there.")
        proposal.image = image
    if are_pieces is not None:
        proposal.are_pieces = are_pieces
    proposal.state = ProposalState.READING
    proposal.save()
    label_file = label_file_for(actor, proposal.file_id, is_locked=True)
    label_file.state, label_file.n_attempts = LabelFileState.WAITING, 0
    label_file.claim = label_file.lease_until = None
    label_file.save()
    ask_worker(READ_LABELS, str(label_file.pk))
    tell_label_file(label_file)
    return proposal


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


@transaction.atomic
def discard_proposals(*, actor: User, dataset_id: UUID, proposal_ids: Sequence[UUID]) -> int:
    """Leave masks out; nothing of an image changes. Returns how many were still undecided."""
    dataset = dataset_for(actor, dataset_id)
    require(actor, Action.EDIT_LABELS, dataset.project)
    rows = LabelProposal.objects.filter(
        file__dataset=dataset, pk__in=list(proposal_ids), state__in=UNDECIDED
    )
    n_discarded = rows.update(
        state=ProposalState.DISCARDED, decided_by=actor, decided_at=timezone.now()
    )
    tell_dataset(dataset)
    return n_discarded


@transaction.atomic
def discard_file(*, actor: User, file_id: UUID) -> None:
    """Leave out everything of a file that is undecided; one that brought nothing goes."""
    label_file = label_file_for(actor, file_id, is_locked=True)
    label_file.proposals.filter(state__in=UNDECIDED).update(
        state=ProposalState.DISCARDED, decided_by=actor, decided_at=timezone.now()
    )
    dataset = label_file.dataset
    if not label_file.proposals.filter(state=ProposalState.ACCEPTED).exists():
        label_file.delete()
    tell_dataset(dataset)


def clean_path(name: str) -> str:
    """A name with its folders, fit to be shown; never used as a path."""
    parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".", "..")]
    return str(PurePosixPath(*map(clean_file_name, parts or ["unnamed"])))[-MAX_FILE_NAME:]


def tell_label_file(label_file: LabelFile) -> None:
    """After commit: everybody's page of masks."""
    tell_dataset(label_file.dataset)


def tell_dataset(dataset: Dataset) -> None:
    """After commit: the masks that wait in a dataset have changed."""
    events.tell_project(dataset.project_id, {"type": "label_files", "dataset": str(dataset.pk)})


def _stored(pieces: Iterable[bytes]) -> StoredBlob:
    n_bytes = 0
    with staging_file() as (path, file):
        for piece in pieces:
            n_bytes += len(piece)
            if n_bytes > settings.MAX_UPLOAD_BYTES:
                limit = settings.MAX_UPLOAD_BYTES / 2**30
                raise Refused(f"This file is larger than the {limit:.0f} GB this server takes.")
            if free_bytes() - len(piece) < settings.MIN_FREE_BYTES:
                raise OSError(errno.ENOSPC, "The disk is nearly full")
            file.write(piece)
        if not n_bytes:
            raise Refused("This file is empty. Export the masks again.")
        file.close()
        return keep_file(path)


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
