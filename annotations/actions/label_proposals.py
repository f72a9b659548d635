"""What a file of masks proposes: say which image it is for, or leave it out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import transaction
from django.http import Http404

from annotations.actions.label_files import (
    IN_ANOTHER,
    READ_LABELS,
    forget_fruitless,
    leave_out,
    tell_dataset,
    tell_label_file,
)
from annotations.models import LabelFile, LabelProposal
from annotations.models.label_file import UNDECIDED, LabelFileState, ProposalState
from annotations.queries.label_files import label_file_for
from webapp.models import Image, User
from webapp.permissions import Action, require
from webapp.queries.images import image_for
from webapp.queries.projects import dataset_for
from webapp.queue import ask_worker
from webapp.states import Conflict, Refused


@transaction.atomic
def choose(
    *,
    actor: User,
    proposal_ids: Sequence[UUID],
    image_id: UUID | None = None,
    are_pieces: bool | None = None,
) -> list[LabelProposal]:
    """Say which image masks belong to, or whether pieces are cells; they are read once more.

    Http404 when one of them is nothing for this person, Conflict when one was decided on.
    """
    files = _files_of(actor, proposal_ids)
    rows = list(LabelProposal.objects.select_for_update().filter(pk__in=list(proposal_ids)))
    if any(row.state not in UNDECIDED for row in rows):
        raise Conflict("This was decided already. Reload the page.")
    if image_id is not None:
        _check_dataset(image_for(actor, image_id), files)
    for row in rows:
        row.state = ProposalState.READING
        row.image_id = image_id or row.image_id
        row.are_pieces = row.are_pieces if are_pieces is None else are_pieces
    LabelProposal.objects.bulk_update(rows, ["state", "image", "are_pieces"], batch_size=1000)
    for label_file in files:
        _read_again(label_file)
    return rows


@transaction.atomic
def discard_proposals(*, actor: User, dataset_id: UUID, proposal_ids: Sequence[UUID]) -> int:
    """Leave masks out; nothing of an image changes. Returns how many were still undecided."""
    dataset = dataset_for(actor, dataset_id)
    require(actor, Action.EDIT_LABELS, dataset.project)
    named = LabelProposal.objects.filter(file__dataset=dataset, pk__in=list(proposal_ids))
    files = LabelFile.objects.filter(pk__in=set(named.values_list("file_id", flat=True)))
    list(files.order_by("pk").select_for_update())  # before the proposals, as who reads one does
    n_discarded = leave_out(named.filter(state__in=UNDECIDED), actor)
    forget_fruitless(files)
    tell_dataset(dataset)
    return n_discarded


def _files_of(actor: User, proposal_ids: Sequence[UUID]) -> list[LabelFile]:
    """The files of proposals, locked before these are, as who reads one locks it."""
    found = LabelProposal.objects.order_by("file_id").filter(pk__in=list(proposal_ids))
    if found.count() != len(set(proposal_ids)):
        raise Http404("Nothing is here for you.")
    file_ids = found.values_list("file_id", flat=True).distinct()
    return [label_file_for(actor, file_id, is_locked=True) for file_id in file_ids]


def _check_dataset(image: Image, files: Iterable[LabelFile]) -> None:
    if any(one.dataset_id != image.dataset_id for one in files):
        raise Refused(IN_ANOTHER)


def _read_again(label_file: LabelFile) -> None:
    """Whoever reads it now reads for nothing."""
    label_file.state, label_file.n_attempts = LabelFileState.WAITING, 0
    label_file.claim = label_file.lease_until = None
    label_file.save()
    ask_worker(READ_LABELS, str(label_file.pk))
    tell_label_file(label_file)
