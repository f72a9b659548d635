"""Plate maps are read as people paste them, and say which cell is wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.imaging.naming.plate_map import CellError, Condition, PlateMap, read_plate_map
from webapp.imaging.naming.wells import Well

A01, B02 = Well(0, 0), Well(1, 1)


@pytest.mark.parametrize("delimiter", ["\t", ",", ";"])
def test_a_pasted_table_is_read_with_its_titles(delimiter: str) -> None:
    lines = [
        ["Well ID", "Drug", "Conc.", "Units", "Cell line", "Rep", "Control", "Plated by"],
        ["a1", "DMSO", "", "", "U2OS", "1", "neg", "Kim"],
        ["B02", "Taxol", "0.5", "uM", "U2OS", "2", "", ""],
    ]
    text = "\r\n".join(delimiter.join(line) for line in lines) + "\r\n\r\n"
    assert read_plate_map(text) == PlateMap(
        (
            Condition(
                *(A01, "DMSO", None, "", "U2OS", 1, "negative"), others=(("Plated by", "Kim"),)
            ),
            Condition(*(B02, "Taxol", 0.5, "uM", "U2OS", 2, ""), others=(("Plated by", ""),)),
        ),
        (),
    )


def test_every_wrong_cell_is_named_and_the_other_rows_are_read() -> None:
    text = "well\tdose\tcontrol\tdose\nA01\t1 uM\tmaybe\t\nB02\t1\t\t\nQ99\t-1\t\t\nb2\t2\t\t\tx"
    found = read_plate_map(text)
    assert [condition.well for condition in found.conditions] == [B02]
    places = [(error.row, error.column) for error in found.errors]
    assert places == [(1, 4), (2, 2), (2, 3), (4, 1), (4, 2), (5, 5), (5, 1)]
    assert "column of its own" in found.errors[1].sentence
    assert "row 3 already" in found.errors[-1].sentence


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "The table is empty. Copy it with its titles."),
        (
            "compound\tdose\nA\t1",
            "No column is named Well. Name the column with A01, A02 ... so, or have two columns, "
            "Row and Column.",
        ),
        ("well\n" * 10_002, "At most 10,000 rows and 50 columns are read."),
    ],
)
def test_a_table_that_is_none_says_why(text: str, sentence: str) -> None:
    assert read_plate_map(text) == PlateMap((), (CellError(1, 1, sentence),))


@pytest.mark.parametrize("row", ["A", "a", "1", "01"])
def test_row_and_column_may_be_columns_of_their_own(row: str) -> None:
    found = read_plate_map(f"Image,Column,Row,Dose\n1,01,{row},0.5")
    assert found == PlateMap((Condition(A01, dose=0.5, others=(("Image", "1"),)),), ())


def test_a_row_and_column_that_are_no_well_are_said_where_the_row_is() -> None:
    found = read_plate_map("Column;Row;Dose\n1;A;2\n1;99;2")
    assert [(one.row, one.column) for one in found.errors] == [(3, 2)]
    assert len(found.conditions) == 1


def test_a_decimal_comma_is_a_number() -> None:
    assert read_plate_map("well;dose\nA1;0,25").conditions == (Condition(A01, dose=0.25),)


@given(st.text(max_size=300))
def test_whatever_is_pasted_is_read_or_said_to_be_wrong(text: str) -> None:
    found = read_plate_map("Well\tDose\n" + text)
    assert all(error.sentence and error.row >= 1 and error.column >= 1 for error in found.errors)
