"""From a file of masks to proposals: each entry matched to an image, drawn, packed and counted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from annotations.labels.importing.entry import Drawn, Entry, FileOfMasks, Labels, Unfit
from annotations.labels.importing.matching import Target, matches
from annotations.labels.importing.numbers import numbers_in, small_numbers
from annotations.labels.importing.pieces import (
    count_pieces,
    is_single_number,
    number_pieces,
    pieces_apart,
)
from segmentation.engine.packed_labels import pack_labels

MOST_ENTRIES = 20_000
LONGEST_NAME = 255
MOST_NAMED = 3


@dataclass(frozen=True)
class Choice:
    """What a person said of an entry: which image, and whether pieces are cells."""

    image: str | None = None
    are_pieces: bool | None = None


@dataclass
class Proposal:
    """One entry: either the file of its labels, or a sentence that says why there is none."""

    number: int
    name: str
    image: str | None = None
    sentence: str = ""
    file: str | None = None
    n_objects: int | None = None
    largest_label: int = 0
    has_pieces: bool = False
    are_pieces: bool | None = None
    notes: list[str] = field(default_factory=list)
    classes: dict[str, list[int]] = field(default_factory=dict)
    regions: list[dict[str, Any]] = field(default_factory=list)


def propose(
    masks: FileOfMasks,
    targets: Sequence[Target],
    destination: Path,
    *,
    choices: Mapping[int, Choice] | None,
    only: str | None = None,
    on_progress: Callable[[float, str], None],
) -> list[Proposal]:
    """A proposal for every entry, or only for those of `choices`; labels go into `destination`.

    A choice with an image decides, or `only`, the image that all are meant for; otherwise the name.
    """
    if len(masks.entries) > MOST_ENTRIES:
        raise Unfit(f"At most {MOST_ENTRIES:,} images in one file are read. Split it into several.")
    if not masks.entries:
        raise Unfit("There are no masks in this file.")
    numbers = range(len(masks.entries)) if choices is None else sorted(choices)
    made = []
    for done, number in enumerate(numbers):
        on_progress(done / len(numbers), "reading")
        choice = (choices or {}).get(number, Choice(only))
        made.append(_propose_one(number, masks.entries[number], targets, destination, choice))
    return made


def _propose_one(
    number: int, entry: Entry, targets: Sequence[Target], destination: Path, choice: Choice
) -> Proposal:
    proposal = Proposal(number, entry.name[-LONGEST_NAME:])
    found = (
        [target for target in targets if target.id == choice.image]
        if choice.image
        else matches(entry.name, targets)
    )
    if len(found) != 1:
        proposal.sentence = _no_image(found)
        return proposal
    proposal.image = found[0].id
    try:
        _take_over(proposal, entry.draw(found[0].shape), destination, choice)
    except Unfit as unfit:
        proposal.sentence = unfit.sentence
    return proposal


def _no_image(found: Sequence[Target]) -> str:
    if not found:
        return "No image here has this name. Choose the one that it belongs to."
    names = ", ".join(target.names[0] for target in found[:MOST_NAMED])
    more = f" and {len(found) - MOST_NAMED} more" if len(found) > MOST_NAMED else ""
    return f"This name fits {len(found)} images: {names}{more}. Choose one."


def _take_over(proposal: Proposal, drawn: Drawn, destination: Path, choice: Choice) -> None:
    labels, notes = small_numbers(drawn.labels)
    proposal.notes = [*drawn.notes, *notes]
    if is_single_number(labels) and (n_pieces := count_pieces(labels)) > 1:
        proposal.has_pieces, proposal.are_pieces = True, choice.are_pieces
        proposal.notes.append(f"All masks have one number, in {n_pieces:,} separate pieces.")
        if choice.are_pieces:
            labels = number_pieces(labels)
    elif n_apart := sum(pieces_apart(plane) for plane in _planes(labels)):
        pieces = "1 piece lies" if n_apart == 1 else f"{n_apart:,} pieces lie"
        proposal.notes.append(f"{pieces} apart from the cell whose number they have.")
    found = numbers_in(labels)
    proposal.n_objects = len(found)
    proposal.largest_label = int(found[-1]) if len(found) else 0
    proposal.classes = {name: list(numbers) for name, numbers in drawn.classes.items()}
    proposal.regions = [asdict(region) for region in drawn.regions]
    proposal.file = f"{proposal.number}.npy.gz"
    with (destination / proposal.file).open("wb") as file:
        pack_labels(labels, file)


def _planes(labels: Labels) -> Labels:
    planes: Labels = labels.reshape(-1, *labels.shape[2:])
    return planes
