"""What a file does not say of its planes: the question, sensible answers, and reading an answer.

An answer names axes with their sizes, the slowest first: "z12", "c3z4" (all slices of one channel,
then those of the next), "z4c3" (all channels of a slice, then the next slice). A letter alone
stands for everything that is not known.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from itertools import permutations
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from webapp.imaging.limits import UnreadableImage
from webapp.imaging.reader import Facts

PICTURES = "answers"
"""The folder of the pictures of answers, "0.webp" for the first, while a file is read."""
MOST_CHANNELS = 10
MOST_CHANNELS_MIXED = 5
_AXES = re.compile(r"[tcz]|(?:[tcz][1-9][0-9]{0,6}){1,3}")
_ONE = {"t": "time point", "c": "channel", "z": "slice"}
DOES_NOT_FIT = (
    "What was said about the axes of this file does not fit it. Forget the answer on the upload "
    "page and add the file again."
)


@dataclass(frozen=True)
class Answer:
    """One way to read a file: for the program, for people, and in which order its pages lie."""

    axes: str
    words: str
    order: str


@dataclass(frozen=True)
class Question:
    """What a file leaves open. Files of the same `kind` have the same answers."""

    kind: str
    sentence: str
    sizes: tuple[int, ...]
    answers: tuple[Answer, ...]

    def to_json(self) -> dict[str, Any]:
        """Return plain lists, numbers and strings."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Question:
        """Rebuild what `to_json` wrote; KeyError or TypeError for anything else."""
        answers = tuple(Answer(**one) for one in value["answers"])
        sizes = tuple(int(size) for size in value["sizes"])
        return cls(str(value["kind"]), str(value["sentence"]), sizes, answers)

    def accepts(self, axes: str) -> bool:
        """Whether an answer fits, also one that was not offered."""
        try:
            split_axes(axes, self.sizes)
        except UnreadableImage:
            return False
        return len(axes) > 1


class AxesUnknown(Exception):
    """The file can be read, but only a person can say how."""

    def __init__(self, question: Question) -> None:
        super().__init__(question.sentence)
        self.question = question


def split_axes(axes: str, sizes: tuple[int, ...]) -> tuple[tuple[str, int], ...]:
    """Return (letter, size) of an answer for unknown axes of these sizes, the slowest first.

    Raises UnreadableImage when the answer is none, names an axis twice, or has other sizes.
    """
    n_planes = prod(sizes)
    if not _AXES.fullmatch(axes):
        raise UnreadableImage(DOES_NOT_FIT, axes)
    if len(axes) == 1:
        return ((axes, n_planes),)
    named = tuple((one[0], int(one[1:])) for one in re.findall(r"[tcz]\d+", axes))
    is_twice = len({letter for letter, _ in named}) < len(named)
    if is_twice or prod(size for _, size in named) != n_planes:
        raise UnreadableImage(DOES_NOT_FIT, axes)
    return named


def plane_table(planes: NDArray[np.int64], axes: tuple[tuple[str, int], ...]) -> NDArray[np.int64]:
    """Return planes that lie in the order of `axes` as (T, C, Z); axes of one letter are joined."""
    table = planes.reshape([size for _, size in axes])
    groups = [[i for i, (axis, _) in enumerate(axes) if axis == letter] for letter in "tcz"]
    sizes = [prod(axes[i][1] for i in group) for group in groups]
    return table.transpose([i for group in groups for i in group]).reshape(sizes)


def words_of(axes: str) -> str:
    """Return "4 slices × 3 channels" for "z4c3"; sizes of 1 are left out."""
    named = [(one[0], int(one[1:])) for one in re.findall(r"[tcz]\d+", axes)]
    said = [_count(letter, size) for letter, size in named if size > 1]
    return " × ".join(said) or "1 plane"


def question_of(facts: Facts) -> Question:
    """Return the question that a file with ambiguous axes asks."""
    height, width = facts.shape[3:]
    plane = f"{height} × {width}, {facts.source_dtype}"
    n_planes = prod(facts.unknown_sizes)
    pages = " × ".join(str(size) for size in facts.unknown_sizes)
    known = f", {facts.known_axes}" if facts.known_axes else ""
    samples = f", {facts.n_samples} samples" if facts.n_samples > 1 else ""
    return Question(
        kind=f"{facts.source_format} of {pages} pages of {plane}{samples}{known}",
        sentence=f"The file does not say what its {n_planes:,} pages are.",
        sizes=facts.unknown_sizes,
        answers=_answers(facts.unknown_sizes, facts.known_axes, facts.n_samples),
    )


def _answers(sizes: tuple[int, ...], known: str, n_samples: int) -> tuple[Answer, ...]:
    """Return what these axes can sensibly be, the simplest first."""
    free = [letter for letter in "ztc" if letter not in known.lower()]
    if n_samples > 1 and "c" in free:
        free.remove("c")
    found: list[str] = []
    if len(sizes) <= len(free):
        found += [
            "".join(f"{letter}{size}" for letter, size in zip(letters, sizes, strict=True))
            for letters in permutations(free, len(sizes))
            if _is_sane(letters, sizes)
        ]
    n_planes = prod(sizes)
    if len(sizes) > 1 or not found:
        found += [f"{one}{n_planes}" for one in (free or ["t"]) if _is_sane((one,), (n_planes,))]
    elif "c" in free:
        found += _mixed(n_planes, [letter for letter in free if letter != "c"])
    return tuple(Answer(one, words_of(one), _order(one)) for one in found)


def _is_sane(letters: tuple[str, ...], sizes: tuple[int, ...]) -> bool:
    pairs = zip(letters, sizes, strict=True)
    return all(letter != "c" or size <= MOST_CHANNELS for letter, size in pairs)


def _mixed(n_planes: int, others: list[str]) -> list[str]:
    """Return the ways in which one row of pages can hold channels and another axis."""
    found = []
    for n_channels in range(2, MOST_CHANNELS_MIXED + 1):
        n_steps, left = divmod(n_planes, n_channels)
        if left or n_steps < 2:
            continue
        for other in others:
            found += [f"{other}{n_steps}c{n_channels}", f"c{n_channels}{other}{n_steps}"]
    return found


def _order(axes: str) -> str:
    """Return in words which pages follow each other."""
    named = re.findall(r"[tcz](?=\d)", axes)
    if len(named) < 2:
        return ""
    slow, fast = _ONE[named[0]], _ONE[named[-1]]
    return f"All {fast}s of the first {slow}, then those of the next {slow}."


def _count(letter: str, size: int) -> str:
    return f"{size:,} {_ONE[letter]}{'' if size == 1 else 's'}"
