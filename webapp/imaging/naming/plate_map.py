"""A plate map as it is pasted from a spreadsheet or read from its file: a row a well.

The first row names the columns. One must be the well, or two its row and its column; all others are
free, but some are known and checked: dose must be a number, control one of three words, replicate a
whole number.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from webapp.imaging.naming.spreadsheet import BadSheet, SheetFile, rows_of
from webapp.imaging.naming.wells import MOST_ROWS, Well, letters_of

Control = Literal["", "negative", "positive"]

KNOWN = {
    "well": ("well", "well id", "well name", "well position", "position"),
    "compound": ("compound", "drug", "treatment", "substance"),
    "dose": ("dose", "concentration", "conc", "conc."),
    "unit": ("unit", "units", "dose unit"),
    "line": ("line", "cell line", "cells"),
    "replicate": ("replicate", "rep", "repeat"),
    "control": ("control", "control role", "role"),
}
_ROWS = ("row", "well row", "plate row")
_COLUMNS = ("column", "col", "well column", "plate column")
_TAKEN = "its text is part of the well"
_CONTROLS: dict[str, Control] = {
    "": "",
    "no": "",
    "sample": "",
    "-": "",
    "negative": "negative",
    "neg": "negative",
    "negative control": "negative",
    "vehicle": "negative",
    "positive": "positive",
    "pos": "positive",
    "positive control": "positive",
}


@dataclass(frozen=True)
class Condition:
    """What is in a well; `others` are the columns that are not known here, by their titles."""

    well: Well
    compound: str = ""
    dose: float | None = None
    unit: str = ""
    line: str = ""
    replicate: int | None = None
    control: Control = ""
    others: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class CellError:
    """What is wrong with one cell of the table, both counted from 1 with the titles as row 1."""

    row: int
    column: int
    sentence: str


@dataclass(frozen=True)
class PlateMap:
    """The conditions of the wells that could be read, and what is wrong with the others."""

    conditions: tuple[Condition, ...]
    errors: tuple[CellError, ...]


def read_plate_map(table: str | SheetFile) -> PlateMap:
    """Read a pasted table or a file, CSV or XLSX; errors are collected, never raised."""
    try:
        rows = rows_of(table)
    except BadSheet as error:
        return PlateMap((), (CellError(1, 1, str(error)),))
    if not any(map(any, rows)):
        return PlateMap((), (CellError(1, 1, "The table is empty. Copy it with its titles."),))
    titles = [_known(title) for title in rows[0]]
    if "well" not in titles:
        titles, rows = _joined(titles, rows)
    if "well" not in titles:
        sentence = (
            "No column is named Well. Name the column with A01, A02 ... so, or have two "
            "columns, Row and Column."
        )
        return PlateMap((), (CellError(1, 1, sentence),))
    return _Reading(rows[0], titles).read(rows[1:])


class _Reading:
    def __init__(self, written: list[str], titles: list[str]) -> None:
        self._written = written
        self._titles = titles
        self._errors: list[CellError] = []
        self._row_of: dict[Well, int] = {}
        for column, title in enumerate(titles):
            if title in KNOWN and title in titles[:column]:
                self._note(1, column, f"There are two columns for {title}.")

    def read(self, rows: list[list[str]]) -> PlateMap:
        conditions = []
        for number, cells in enumerate(rows, start=2):
            condition = self._condition(number, cells) if any(cells) else None
            if condition is not None:
                conditions.append(condition)
        return PlateMap(tuple(conditions), tuple(self._errors))

    def _condition(self, row: int, cells: list[str]) -> Condition | None:
        n_errors = len(self._errors)
        values: dict[str, object] = {}
        others = []
        for column, title in enumerate(self._titles):
            text = cells[column] if column < len(cells) else ""
            if title == _TAKEN:
                continue
            if title not in KNOWN:
                others.append((self._written[column], text))
                continue
            try:
                values.setdefault(title, _READERS[title](text))
            except ValueError as error:
                self._note(row, column, str(error))
        if len(cells) > len(self._titles):
            self._note(row, len(self._titles), "This cell has no title above it.")
        well = values.get("well")
        if isinstance(well, Well) and self._row_of.setdefault(well, row) != row:
            place = self._titles.index("well")
            self._note(row, place, f"{well} is in row {self._row_of[well]} already.")
        if len(self._errors) > n_errors:
            return None
        return Condition(**values, others=tuple(others))  # type: ignore[arg-type]

    def _note(self, row: int, column: int, sentence: str) -> None:
        self._errors.append(CellError(row, column + 1, sentence))


def _joined(titles: list[str], rows: list[list[str]]) -> tuple[list[str], list[list[str]]]:
    """Row and column in columns of their own: the well stands where the row did."""
    plain = [_plain(title) for title in titles]
    row = next((n for n, title in enumerate(plain) if title in _ROWS), None)
    column = next((n for n, title in enumerate(plain) if title in _COLUMNS), None)
    if row is None or column is None:
        return titles, rows
    named = [*titles]
    named[row], named[column] = "well", _TAKEN
    joined = [[*cells] for cells in rows]
    for cells in joined[1:]:
        if len(cells) > max(row, column):
            cells[row] = _letters(cells[row]) + cells[column]
    return named, joined


def _letters(text: str) -> str:
    """The letters of a row that is counted from 1, else the text as it is."""
    is_number = text.isascii() and text.isdigit() and 0 < int(text) <= MOST_ROWS
    return letters_of(int(text) - 1) if is_number else text


def _plain(title: str) -> str:
    return " ".join(title.lower().replace("_", " ").split())


def _known(title: str) -> str:
    """The name of a known column, else the title itself."""
    plain = _plain(title)
    return next((name for name, titles in KNOWN.items() if plain in titles), title)


def _well(text: str) -> Well:
    try:
        return Well.written(text)
    except ValueError:
        raise ValueError(f"“{text}” is no well. Write it like B03.") from None


def _dose(text: str) -> float | None:
    if not text:
        return None
    try:
        value = float(text.replace(",", ".").replace("µ", "u"))
    except ValueError:
        raise ValueError(f"“{text}” is no number. Put the unit into a column of its own.") from None
    if not 0 <= value < float("inf"):
        raise ValueError("A dose is a number from 0 up.")
    return value


def _replicate(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 5):
        raise ValueError(f"“{text}” is no whole number.")
    return int(text)


def _control(text: str) -> Control:
    try:
        return _CONTROLS[text.lower()]
    except KeyError:
        raise ValueError("Write negative, positive, or nothing.") from None


_READERS: dict[str, Callable[[str], object]] = {
    "well": _well,
    "compound": str,
    "dose": _dose,
    "unit": str,
    "line": str,
    "replicate": _replicate,
    "control": _control,
}
