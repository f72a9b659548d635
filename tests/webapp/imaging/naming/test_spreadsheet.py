"""Tables come from files too, and no file of a spreadsheet can do harm."""

from __future__ import annotations

import io
import zipfile
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from webapp.imaging.naming.plate_map import read_plate_map
from webapp.imaging.naming.spreadsheet import BadSheet, SheetFile, as_text, rows_of
from webapp.imaging.naming.wells import Well

WORKBOOK = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"
 xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>
<sheet name="Old" sheetId="1" state="hidden" r:id="rId1"/>
<sheet name="Map" sheetId="2" r:id="rId2"/></sheets></workbook>"""
RELATIONS = """<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="rId1" Target="worksheets/sheet1.xml"/>
<Relationship Id="rId2" Target="/xl/worksheets/sheet2.xml"/></Relationships>"""
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def xlsx(rows: str, shared: str = "", **parts: str | bytes) -> bytes:
    """A workbook whose second sheet, the first that is shown, has these rows."""
    file = io.BytesIO()
    content: dict[str, str | bytes] = {
        "xl/workbook.xml": WORKBOOK,
        "xl/_rels/workbook.xml.rels": RELATIONS,
        "xl/worksheets/sheet2.xml": f"<worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>",
        "xl/sharedStrings.xml": f"<sst {MAIN}>{shared}</sst>",
    }
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in {**content, **parts}.items():
            archive.writestr(name, text)
    return file.getvalue()


def written(table: list[list[str]]) -> bytes:
    """A workbook with these texts, empty cells left out as spreadsheets do."""
    rows = ""
    for y, row in enumerate(table, 1):
        cells = "".join(
            f'<c r="{chr(65 + x)}{y}" t="inlineStr"><is><t>{escape(text)}</t></is></c>'
            for x, text in enumerate(row)
            if text
        )
        rows += f'<row r="{y}">{cells}</row>'
    return xlsx(rows)


def file_of(data: bytes) -> SheetFile:
    return SheetFile("map.xlsx", data)


def test_a_workbook_is_read_as_it_is_seen() -> None:
    rows = (
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'
        '<row r="3"><c r="A3" t="str"><f>1</f><v>B02</v></c>'
        '<c r="B3"><v>0.10000000000000001</v></c>'
        '<c r="D3" t="inlineStr"><is><t>neg</t></is></c></row>'
    )
    shared = "<si><t>Well</t></si><si><r><t>Do</t></r><r><t>se</t></r><rPh><t>x</t></rPh></si>"
    assert rows_of(file_of(xlsx(rows, shared))) == [
        ["Well", "Dose"],
        [],
        ["B02", "0.1", "", "neg"],
    ]


def test_wrong_cells_are_named_where_the_spreadsheet_has_them() -> None:
    found = read_plate_map(file_of(written([["well", "dose"], [], ["A01", "much"]])))
    assert [(one.row, one.column) for one in found.errors] == [(3, 2)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_csv_file_is_read_in_the_usual_encodings(encoding: str) -> None:
    found = read_plate_map(SheetFile("map.csv", "Well;Unit\nA01;µM\n".encode(encoding)))
    assert [(one.well, one.unit) for one in found.conditions] == [(Well(0, 0), "µM")]


BOMB = b"<!DOCTYPE x [<!ENTITY a 'aaaa'>]><worksheet><row/></worksheet>"
HOSTILE = {
    "a zip without a sheet": b"PK\x05\x06" + bytes(18),
    "cut off": written([["well"], ["A01"]])[:200],
    "Excel of 1997": b"\xd0\xcf\x11\xe0" + bytes(600),
    "a picture": b"\x89PNG\r\n\x1a\n\0\0\0",
    "a place that is none": xlsx('<row><c r="Well"><v>1</v></c></row>'),
    "a text that is not there": xlsx('<row><c r="A1" t="s"><v>7</v></c></row>'),
    "far away": xlsx('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
    "too many bytes": bytes(5_000_001),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_what_cannot_be_read_ends_in_one_sentence(what: str) -> None:
    with pytest.raises(BadSheet, match=r"^[A-Z].*\.$"):
        rows_of(file_of(HOSTILE[what]))


@pytest.mark.parametrize(
    "sheet",
    [
        BOMB,
        BOMB.decode().encode("utf-16"),
        b"<?xml version='1.0' encoding='cp037'?><worksheet/>",
        b"<worksheet>" + b"<a/>" * 1_300_000 + b"</worksheet>",
        b" " * 8_000_001,
    ],
    ids=[
        "entities",
        "entities in UTF-16",
        "another encoding",
        "many elements",
        "too large",
    ],
)
def test_a_sheet_that_means_harm_is_refused(sheet: bytes) -> None:
    with pytest.raises(BadSheet):
        rows_of(file_of(xlsx("", **{"xl/worksheets/sheet2.xml": sheet})))


def test_a_wrong_checksum_is_damage() -> None:
    data = bytearray(written([["well"], ["A01"]]))
    start = data.index(b"xl/worksheets/sheet2.xml") + len("xl/worksheets/sheet2.xml")
    data[start + 4] ^= 0xFF
    with pytest.raises(BadSheet, match="damaged"):
        rows_of(file_of(bytes(data)))


CELLS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=8)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(CELLS, min_size=2, max_size=5), min_size=1, max_size=5))
def test_cells_come_back_as_they_were_written(table: list[list[str]]) -> None:
    wanted = [[cell.strip() for cell in row] for row in table]
    found = rows_of(file_of(written(wanted)))
    width = max(map(len, wanted))
    padded = [[*row, *[""] * (width - len(row))] for row in found]
    padded += [[""] * width for _ in range(len(wanted) - len(padded))]
    assert padded == [[*row, *[""] * (width - len(row))] for row in wanted]


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200), st.sampled_from([b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0"]))
def test_any_bytes_are_read_or_refused(data: bytes, start: bytes) -> None:
    found = read_plate_map(file_of(start + data))
    assert all(error.sentence.endswith(".") for error in found.errors)


def test_a_table_becomes_text_that_reads_back() -> None:
    table = [["well", "others"], ["A01", 'a "b"\tc']]
    assert rows_of(as_text(table)) == table
