"""CSV that spreadsheets and programs read alike: RFC 4180, UTF-8, every digit, no formulas."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def cell(value: object) -> str:
    """The text of one value: shortest form that reads back equal, "" for None and nan.

    Text that a spreadsheet would run as a formula gets an apostrophe in front (CWE-1236).
    Numbers are never changed.
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULA_STARTS) else value
    if isinstance(value, bool | np.bool_):
        return str(int(value))
    if isinstance(value, int | np.integer):
        return str(int(value))
    if isinstance(value, float | np.floating):
        return repr(float(value)) if math.isfinite(value) else ""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    raise TypeError(f"A cell of a table cannot hold {type(value).__name__}.")


class CsvFile:
    """A CSV file with fixed columns, written row by row."""

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        self.columns = tuple(columns)
        self._file = path.open("w", encoding="utf-8", newline="")
        self._writer = csv.writer(self._file, lineterminator="\r\n")
        self._writer.writerow(self.columns)

    def write(self, row: dict[str, Any]) -> None:
        """Write one row; a column that the row lacks stays empty, an unknown one is an error."""
        unknown = row.keys() - set(self.columns)
        if unknown:
            raise KeyError(f"The table has no column {sorted(unknown)}.")
        self._writer.writerow([cell(row.get(name)) for name in self.columns])

    def write_all(self, rows: Iterable[dict[str, Any]]) -> None:
        """Write many rows."""
        for row in rows:
            self.write(row)

    def __enter__(self) -> CsvFile:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._file.close()
