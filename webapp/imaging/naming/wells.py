"""Wells of a plate: row and column counted from 0, written as people do ("B03")."""

from __future__ import annotations

import re
from dataclasses import dataclass

PLATES = ((2, 3), (3, 4), (4, 6), (6, 8), (8, 12), (16, 24), (32, 48))
"""Rows and columns of the plates with 6, 12, 24, 48, 96, 384 and 1536 wells (ANSI/SLAS 4-2004)."""

MOST_ROWS, MOST_COLUMNS = PLATES[-1]
_WRITTEN = re.compile(r"([A-Za-z]{1,2})0*([1-9][0-9]?)")


@dataclass(frozen=True, order=True)
class Well:
    """A place on a plate; at most 32 rows and 48 columns, ValueError beyond."""

    row: int
    column: int

    def __post_init__(self) -> None:
        if not (0 <= self.row < MOST_ROWS and 0 <= self.column < MOST_COLUMNS):
            raise ValueError("The largest plate has wells A01 to AF48.")

    def __str__(self) -> str:
        return f"{letters_of(self.row)}{self.column + 1:02d}"

    @classmethod
    def written(cls, text: str) -> Well:
        """`B3`, `b03` or `AF48`; ValueError for anything else."""
        found = _WRITTEN.fullmatch(text)
        if found is None:
            raise ValueError(f"{text!r} is no well such as B03.")
        return cls(row_of(found[1]), int(found[2]) - 1)


def letters_of(row: int) -> str:
    """A .. Z, AA .. AF for rows 0 .. 31."""
    return chr(65 + row) if row < 26 else f"A{chr(65 + row - 26)}"


def row_of(letters: str) -> int:
    """The row of `A` .. `AF`, in either case."""
    value = 0
    for letter in letters.upper():
        value = 26 * value + ord(letter) - 64
    return value - 1


def plate_of(wells: set[Well]) -> tuple[int, int]:
    """Rows and columns of the smallest usual plate that has all these wells."""
    rows = max((well.row for well in wells), default=0) + 1
    columns = max((well.column for well in wells), default=0) + 1
    return next(plate for plate in PLATES if plate[0] >= rows and plate[1] >= columns)
