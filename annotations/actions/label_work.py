"""Read a file of masks: claim it, read it in a child process, keep what it proposes."""

from __future__ import annotations

import logging
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from annotations.actions.label_files import READ_LABELS, tell_label_file
from annotations.labels.importing.child import propose_in_child
from annotations.models import LabelFile, LabelProposal
from annotations.models.label_file import LabelFileState, ProposalState
from annotations.queries.label_files import targets_of
from webapp.actions.claims import MAX_ATTEMPTS, Claims, LostClaim
from webapp.actions.ingest import limits
from webapp.imaging.limits import UnreadableImage
from webapp.models import Blob, Image
from webapp.queue import ask_worker, is_empty
from webapp.storage.blobs import StorageFull, StoredBlob, blob_path, keep_file
from webapp.storage.derived import derived_root

logger = logging.getLogger(__name__)
CLAIMS = Claims(LabelFile, LabelFileState.WAITING, LabelFileState.READING)
ASK_AGAIN = timedelta(seconds=20)
FIELDS = (
    *("name", "sentence", "n_objects", "largest_label", "has_pieces", "are_pieces"),
    *("notes", "classes", "regions"),
)


def read_label_file(file_id: UUID) -> None:
    """Bring a file to its end: proposals, or one sentence."""
    label_file = _claim(file_id)
    if label_file is None:
        return
    try:
        _work(label_file)
    except LostClaim:
        logger.info("masks %s are not wanted any more", label_file.pk)


def _work(label_file: LabelFile) -> None:
    scratch = derived_root() / "imports"
    scratch.mkdir(parents=True, exist_ok=True)
    try:
        with CLAIMS.heartbeat(label_file), TemporaryDirectory(dir=scratch) as folder:
            answer = _read(label_file, Path(folder))
            kept = {
                row["number"]: keep_file(Path(folder) / row["file"])
                for row in answer["proposals"]
                if row["file"]
            }
        _finish(label_file, answer, kept)
    except UnreadableImage as error:
        logger.info("masks %s: %s %s", label_file.pk, error.sentence, error.details)
        _fail(label_file, error.sentence)
    except StorageFull:
        _fail(label_file, "The server's disk is full. Make room, then drop this file once more.")


def sweep_label_files() -> int:
    """Ask again for files that nobody reads."""
    is_lost = CLAIMS.lost()
    if is_empty("cpu"):
        long_ago = timezone.now() - ASK_AGAIN
        is_lost |= Q(state=LabelFileState.WAITING, updated_at__lt=long_ago)
    lost = LabelFile.objects.filter(is_lost).values_list("pk", flat=True)
    for file_id in lost:
        ask_worker(READ_LABELS, str(file_id))
    return len(lost)


@transaction.atomic
def _claim(file_id: UUID) -> LabelFile | None:
    if not CLAIMS.take(file_id):
        return None
    label_file = LabelFile.objects.select_related("dataset__project").get(pk=file_id)
    if label_file.n_attempts > MAX_ATTEMPTS:
        _fail(
            label_file,
            "Reading this file stopped the worker three times. Export the masks again, as a label "
            "TIFF if possible.",
        )
        return None
    tell_label_file(label_file)
    return label_file


def _read(label_file: LabelFile, folder: Path) -> dict[str, Any]:
    """All entries the first time, later only those of which a person has said something."""
    chosen = label_file.proposals.filter(state=ProposalState.READING)
    choices = {
        row.number: {
            "image": str(row.image_id) if row.image_id else None,
            "are_pieces": row.are_pieces,
        }
        for row in chosen
    }
    return propose_in_child(
        blob_path(label_file.blob_id),
        label_file.name,
        folder,
        limits(),
        targets=targets_of(label_file.dataset),
        only=str(label_file.image_id) if label_file.image_id else None,
        choices=choices if label_file.proposals.exists() else None,
    )


@transaction.atomic
def _finish(label_file: LabelFile, answer: dict[str, Any], kept: dict[int, StoredBlob]) -> None:
    CLAIMS.lock(label_file)
    for stored in kept.values():
        Blob.objects.get_or_create(sha256=stored.sha256, defaults={"size_bytes": stored.size_bytes})
    here = set(Image.objects.filter(dataset=label_file.dataset).values_list("pk", flat=True))
    known = {one.number: one for one in label_file.proposals.select_for_update()}
    for said in answer["proposals"]:
        proposal = known.get(said["number"])
        if proposal is None:
            proposal = LabelProposal(file=label_file, number=said["number"])
        elif proposal.state != ProposalState.READING:
            continue
        _take_over(proposal, said, kept.get(said["number"]), here)
    label_file.format = answer["format"]
    # What was chosen while this was read is read next.
    again = label_file.proposals.filter(state=ProposalState.READING).exists()
    _close(label_file, LabelFileState.WAITING if again else LabelFileState.READY, "")
    if again:
        ask_worker(READ_LABELS, str(label_file.pk))


def _take_over(
    proposal: LabelProposal, said: dict[str, Any], labels: StoredBlob | None, here: set[UUID]
) -> None:
    """What the child says of one entry; `here` are the images that are still there."""
    for field in FIELDS:
        setattr(proposal, field, said[field])
    image_id = UUID(said["image"]) if said["image"] else None
    proposal.image_id = image_id if image_id in here else None
    proposal.labels_id = labels.sha256 if labels else None
    proposal.state = ProposalState.OPEN
    proposal.save()


@transaction.atomic
def _fail(label_file: LabelFile, sentence: str) -> None:
    CLAIMS.lock(label_file)
    label_file.proposals.filter(state=ProposalState.READING).update(
        state=ProposalState.OPEN, sentence=sentence, labels=None
    )
    _close(label_file, LabelFileState.FAILED, sentence)


def _close(row: LabelFile, state: LabelFileState, sentence: str) -> None:
    row.state, row.sentence, row.claim, row.lease_until = state, sentence, None, None
    # Not its image, which may have been erased meanwhile.
    fields = ("state", "sentence", "claim", "lease_until", "format", "updated_at")
    row.save(update_fields=fields)
    tell_label_file(row)
