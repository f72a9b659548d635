"""Masks made elsewhere and what would become of them, always for somebody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.http import Http404

from annotations.labels.importing.matching import Target
from annotations.models import Annotation, LabelFile, LabelProposal
from annotations.models.label_file import UNDECIDED, LabelFileState, ProposalState
from annotations.queries.annotations import may_be_replaced
from annotations.queries.classes import classes_of
from segmentation.models import Segmentation
from webapp.models import Dataset, Image, Project, User
from webapp.permissions import Action, require
from webapp.queries.images import images_of


class Becomes(StrEnum):
    """What a proposal is now, and what accepting it would do."""

    READING = "reading"
    UNFIT = "unfit"
    ASKS = "asks"
    HERE = "here"
    MASKS = "masks"
    RESULT = "result"


ACCEPTABLE = (Becomes.MASKS, Becomes.RESULT)
ASKS_PIECES = "Is each separate piece a cell, or are all of them one cell? Say it first."


@dataclass(frozen=True)
class Verdict:
    """What would become of a proposal, in a sentence; `notes` are what to look at."""

    becomes: Becomes
    sentence: str
    notes: tuple[str, ...] = ()
    is_contested: bool = False  # other masks are meant for the image, too

    @property
    def can_be_accepted(self) -> bool:
        """Nothing stands against it."""
        return self.becomes in ACCEPTABLE


def label_files_of(dataset: Dataset) -> QuerySet[LabelFile]:
    """Files that wait, failed, or have proposals that nobody has decided on; the newest last."""
    undecided = LabelProposal.objects.filter(state__in=UNDECIDED).select_related("image", "file")
    rows = dataset.label_files.select_related("created_by")
    waiting = rows.exclude(state=LabelFileState.READY) | rows.filter(proposals__state__in=UNDECIDED)
    return waiting.distinct().prefetch_related(Prefetch("proposals", undecided, "undecided"))


def label_file_for(actor: User, file_id: UUID, *, is_locked: bool = False) -> LabelFile:
    """One file for whoever may change masks of its dataset; Http404 for a stranger."""
    rows = LabelFile.objects.select_related("dataset__project", "created_by", "image")
    if is_locked:
        rows = rows.select_for_update(of=("self",))
    found = rows.filter(pk=file_id, dataset__deleted_at=None).first()
    if found is None:
        raise Http404("Nothing is here for you.")
    require(actor, Action.EDIT_LABELS, found.dataset.project)
    return found


def undecided_in(dataset: Dataset) -> QuerySet[LabelProposal]:
    """The masks of a dataset that nobody has decided on, in the order of their files."""
    rows = LabelProposal.objects.filter(file__dataset=dataset, state__in=UNDECIDED)
    return rows.select_related("file", "image")


def accepted_in(dataset: Dataset) -> QuerySet[LabelProposal]:
    """What was accepted in a dataset, the newest first."""
    rows = LabelProposal.objects.filter(file__dataset=dataset, state=ProposalState.ACCEPTED)
    return rows.select_related("file", "image", "decided_by").order_by("-decided_at", "name")


def targets_of(dataset: Dataset) -> list[Target]:
    """The images that masks can belong to, with all their names.

    An image of one plane that was put together from a file a channel has the names of all of them.
    """
    return [
        Target(
            str(image.pk),
            tuple(dict.fromkeys((image.name, image.file_name, *_names_of_parts(image)))),
            (image.n_frames, image.n_slices, image.height, image.width),
        )
        for image in images_of(dataset).prefetch_related("parts")
    ]


def _names_of_parts(image: Image) -> Iterable[str]:
    if image.n_frames * image.n_slices > 1:
        return ()
    return (part.file_name for part in image.parts.all())


def verdicts(project: Project, proposals: Iterable[LabelProposal]) -> dict[UUID, Verdict]:
    """What would become of each undecided proposal, by its id."""
    rows = list(proposals)
    images = {row.image_id for row in rows if row.image_id}
    current = {
        annotation.image_id: annotation
        for annotation in Annotation.objects.filter(
            image__in=images, is_current=True
        ).select_related("base")
    }
    known = set(Segmentation.objects.filter(image__in=images).values_list("image_id", "labels_id"))
    kinds = {cell_class.name.casefold() for cell_class in classes_of(project)}
    meant = Counter(row.image_id for row in rows)
    return {
        row.pk: _verdict(row, current, known, kinds, n_others=meant[row.image_id] - 1)
        for row in rows
    }


def _verdict(
    row: LabelProposal,
    current: dict[UUID, Annotation],
    known: set[tuple[UUID, str]],
    kinds: set[str],
    n_others: int,
) -> Verdict:
    notes = list(row.notes)
    if row.state == ProposalState.READING:
        return Verdict(Becomes.READING, "Being read.")
    if row.image is None or row.labels_id is None or row.image.deleted_at is not None:
        said = row.sentence or "The image is not here any more. Choose another one."
        return Verdict(Becomes.UNFIT, said, tuple(notes))
    if row.has_pieces and row.are_pieces is None:
        return Verdict(Becomes.ASKS, ASKS_PIECES, tuple(notes))
    if (row.image_id, row.labels_id) in known:
        return Verdict(Becomes.HERE, "The image has exactly these masks already.", tuple(notes))
    if n_others > 0:
        notes.append("Other masks are meant for this image, too. The last ones accepted count.")
    annotation = current.get(row.image.pk)
    is_result = annotation is not None and not may_be_replaced(annotation, by_import=True)
    notes += _about_classes(row, kinds, is_result)
    if is_result:
        return Verdict(
            Becomes.RESULT,
            "People have worked on the masks of this image. These are kept beside them, to compare "
            "and to copy from.",
            tuple(notes),
            n_others > 0,
        )
    return Verdict(Becomes.MASKS, _in_place_of(annotation), tuple(notes), n_others > 0)


def _in_place_of(annotation: Annotation | None) -> str:
    if annotation is None or annotation.base is None:
        return "They become the masks of the image."
    whose = (
        f"the masks imported from {annotation.base.made_by}"
        if annotation.base.is_imported
        else "the masks of the model"
    )
    return f"They take the place of {whose}, which nobody has changed; those stay as a result."


def _about_classes(row: LabelProposal, kinds: set[str], is_result: bool) -> Sequence[str]:
    if is_result and (row.classes or row.regions):
        return ["Classes and regions to ignore are not taken over, as the image has its own masks."]
    missing = [name for name in row.classes if name.casefold() not in kinds]
    if not missing:
        return []
    names = ", ".join(f"“{name}”" for name in missing[:5])
    n_cells = sum(len(row.classes[name]) for name in missing)
    return [
        f"The project has no class called {names}: {n_cells:,} "
        f"{'cell gets' if n_cells == 1 else 'cells get'} no class. Make the class first to keep it."
    ]
