"""The page on which masks that were made elsewhere are dropped, looked at, and accepted."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from annotations.actions.label_accepting import accept_proposals
from annotations.actions.label_files import discard_file
from annotations.actions.label_proposals import choose, discard_proposals
from annotations.labels.importing.readable import READABLE
from annotations.models import LabelFile, LabelProposal
from annotations.models.label_file import LabelFileState
from annotations.queries.label_files import (
    Becomes,
    Verdict,
    accepted_in,
    label_file_for,
    label_files_of,
    undecided_in,
    verdicts,
)
from webapp.models import Dataset, Image
from webapp.permissions import Action, require
from webapp.queries.images import images_of
from webapp.queries.projects import dataset_for
from webapp.views.doors import page, person, posted_id, refusal_shown, text

MOST_ROWS = 300
MOST_NAMES = 2000
N_ACCEPTED = 20
PIECES = {"each": True, "one": False}


@dataclass(frozen=True)
class Row:
    """A proposal as the page shows it."""

    proposal: LabelProposal
    verdict: Verdict

    @property
    def is_chosen(self) -> bool:
        """Selected at first: nothing stands against it, and its image has no other."""
        return self.verdict.can_be_accepted and not self.verdict.is_contested


@page()
def masks(request: HttpRequest, dataset_id: UUID) -> HttpResponse:
    """What was dropped, and what would become of it."""
    dataset = _dataset(request, dataset_id)
    files = list(label_files_of(dataset))
    undecided = undecided_in(dataset)
    proposals = list(undecided[:MOST_ROWS])
    said = verdicts(dataset.project, proposals)
    rows = [Row(one, said[one.pk]) for one in proposals]
    accepted = accepted_in(dataset)
    return render(
        request,
        "annotations/masks.html",
        {
            "dataset": dataset,
            "project": dataset.project,
            "readable": READABLE,
            "reading": [one for one in files if one.state != LabelFileState.READY],
            "rows": rows,
            "n_more": undecided.count() - len(rows),
            "n_acceptable": sum(row.verdict.can_be_accepted for row in rows),
            "n_asking": sum(row.verdict.becomes == Becomes.ASKS for row in rows),
            "only": _only(request, dataset),
            "names": images_of(dataset).values_list("name", flat=True)[:MOST_NAMES],
            "accepted": accepted[:N_ACCEPTED],
            "n_accepted": accepted.count(),
        },
    )


@page("POST")
def accept_masks(request: HttpRequest, dataset_id: UUID) -> HttpResponse:
    """The selected masks become those of their images."""
    _dataset(request, dataset_id)
    with refusal_shown(request):
        ids = [posted_id(one) for one in request.POST.getlist("proposals")]
        rows = accept_proposals(actor=person(request), dataset_id=dataset_id, proposal_ids=ids)
        what = "1 image" if len(rows) == 1 else f"{len(rows)} images"
        messages.success(request, f"The masks of {what} are imported.")
    return redirect("masks", dataset_id)


@page("POST")
def discard_masks(request: HttpRequest, dataset_id: UUID) -> HttpResponse:
    """The selected masks are left out."""
    _dataset(request, dataset_id)
    with refusal_shown(request):
        ids = [posted_id(one) for one in request.POST.getlist("proposals")]
        discard_proposals(actor=person(request), dataset_id=dataset_id, proposal_ids=ids)
    return redirect("masks", dataset_id)


@page("POST")
def masks_are_pieces(request: HttpRequest, dataset_id: UUID) -> HttpResponse:
    """One answer for all masks of a single number, or for one of them."""
    dataset = _dataset(request, dataset_id)
    answer = PIECES.get(text(request, "pieces"))
    asking = undecided_in(dataset).filter(has_pieces=True, are_pieces=None)
    if one := text(request, "proposal"):
        asking = asking.filter(pk=posted_id(one))
    with refusal_shown(request):
        if answer is not None:
            ids = list(asking.values_list("pk", flat=True))
            choose(actor=person(request), proposal_ids=ids, are_pieces=answer)
    return redirect("masks", dataset_id)


@page("POST")
def masks_belong_to(request: HttpRequest, dataset_id: UUID) -> HttpResponse:
    """The image that a person has chosen by its name."""
    dataset = _dataset(request, dataset_id)
    name = text(request, "image").strip()
    found = list(images_of(dataset).filter(name=name)[:2])
    if len(found) != 1:
        how_many = "More than one image is" if found else "No image of this dataset is"
        messages.error(request, f"{how_many} called “{name}”. Choose one of the list.")
        return redirect("masks", dataset_id)
    with refusal_shown(request):
        proposal_ids = [posted_id(text(request, "proposal"))]
        choose(actor=person(request), proposal_ids=proposal_ids, image_id=found[0].pk)
    return redirect("masks", dataset_id)


@page("POST")
def discard_label_file(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """A file that failed, or is not wanted."""
    found: LabelFile = label_file_for(person(request), file_id)
    with refusal_shown(request):
        discard_file(actor=person(request), file_id=file_id)
    return redirect("masks", found.dataset_id)


def _only(request: HttpRequest, dataset: Dataset) -> Image | None:
    """The one image that dropped files are meant for, when the page was opened for it."""
    said = request.GET.get("image", "")
    return images_of(dataset).filter(pk=posted_id(said)).first() if said else None


def _dataset(request: HttpRequest, dataset_id: UUID) -> Dataset:
    found = dataset_for(person(request), dataset_id)
    require(person(request), Action.EDIT_LABELS, found.project)
    return found
