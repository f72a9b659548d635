"""Tables that no spreadsheet runs as a program, and that lose no digit."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.reports.csv_files import CsvFile, cell


@pytest.mark.parametrize("text", ["=1+1", "+49", "-cmd", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_text_that_would_be_a_formula_is_neutralized(text: str) -> None:
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "cells.tif", "1+1", "Müller", "'quoted"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert cell(text) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_reads_back_equal_and_negative_ones_are_not_touched(value: float) -> None:
    assert float(cell(value)) == value
    assert float(cell(np.float64(value))) == value


@pytest.mark.parametrize("value", [None, float("nan"), np.float64("nan"), float("inf")])
def test_what_is_not_known_is_empty(value: object) -> None:
    assert cell(value) == ""


def test_numpy_numbers_are_written_plainly() -> None:
    assert [cell(np.uint32(7)), cell(np.int64(-7)), cell(np.bool_(True)), cell(False)] == [
        "7",
        "-7",
        "1",
        "0",
    ]


def test_a_value_of_an_unknown_kind_is_refused() -> None:
    with pytest.raises(TypeError, match="list"):
        cell([1])


def test_commas_quotes_and_line_breaks_survive(tmp_path: Path) -> None:
    nasty = 'a, "b"\nc'
    with CsvFile(tmp_path / "t.csv", ("name", "n")) as file:
        file.write({"name": nasty, "n": 1})
        file.write({"n": 2})
    with (tmp_path / "t.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file)) == [["name", "n"], [nasty, "1"], ["", "2"]]


def test_an_unknown_column_is_an_error(tmp_path: Path) -> None:
    with CsvFile(tmp_path / "t.csv", ("name",)) as file, pytest.raises(KeyError):
        file.write({"nmae": 1})
