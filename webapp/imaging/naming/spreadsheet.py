"""The cells of a table as text: pasted, from a CSV file, or from the first sheet of an XLSX file.

XLSX is a zip of XML (ECMA-376). Only what a table needs is read, with the standard library, within
limits on every part, and without entities.
"""

from __future__ import annotations

import csv
import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree

MOST_ROWS = 10_000
MOST_COLUMNS = 50
MOST_FILE_BYTES = 5_000_000
MOST_PART_BYTES = 8_000_000
"""Of one unpacked part of an XLSX file."""
MOST_ELEMENTS = 1_200_000
"""In one part: what is cleared is small, but not nothing."""

TOO_LARGE = "At most {rows:,} rows and {columns} columns are read."
DAMAGED = "This spreadsheet is damaged. Open it in Excel, save it once more, and take that file."
OLD_EXCEL = "This is a spreadsheet of Excel before 2007. Save it as XLSX or CSV and take that file."
PROTECTED = "This spreadsheet has a password. Save it without one and take that file."
NO_TABLE = "This is neither a CSV nor an XLSX file. Save the table as one of them."
ENDLESS = "A cell of this table never ends. Look for a lone quotation mark."
TOO_MANY_BYTES = "This file is larger than 5 MB, which no plate map is. Take the table alone."

_OLE = b"\xd0\xcf\x11\xe0"
_PLACE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})$")
_OTHER_ENCODING = re.compile(rb"""^\s*<\?xml[^>]*encoding=["'](?!utf-8["'])""", re.IGNORECASE)


class BadSheet(ValueError):
    """A table that cannot be read, in one sentence."""


@dataclass(frozen=True)
class SheetFile:
    """A file as it was sent; the name says nothing about what it is."""

    name: str
    data: bytes


def rows_of(table: str | SheetFile) -> list[list[str]]:
    """Return the cells by row, without space around them; raises BadSheet.

    Rows count as in the spreadsheet, so an empty one is an empty list.
    """
    rows = _rows_of_text(table) if isinstance(table, str) else _rows_of_file(table.data)
    if len(rows) > MOST_ROWS or max(map(len, rows), default=0) > MOST_COLUMNS:
        raise BadSheet(TOO_LARGE.format(rows=MOST_ROWS, columns=MOST_COLUMNS))
    return rows


def as_text(rows: list[list[str]]) -> str:
    """The rows with tabs between cells, as people paste them; `rows_of` reads them back."""
    file = io.StringIO()
    csv.writer(file, delimiter="\t", lineterminator="\n").writerows(rows)
    return file.getvalue()


def _rows_of_text(text: str) -> list[list[str]]:
    lines = re.sub(r"\r\n?", "\n", text.lstrip("\ufeff")).strip("\n")
    if not lines.strip():
        return []
    first = lines.splitlines()[0]
    delimiter = max("\t;,", key=first.count)
    try:
        table = list(csv.reader(io.StringIO(lines), delimiter=delimiter))
    except csv.Error as error:
        raise BadSheet(ENDLESS) from error
    return [[cell.strip() for cell in row] for row in table]


def _rows_of_file(data: bytes) -> list[list[str]]:
    if len(data) > MOST_FILE_BYTES:
        raise BadSheet(TOO_MANY_BYTES)
    if data.startswith(_OLE):
        raise BadSheet(PROTECTED if b"E\0n\0c\0r\0y\0p\0t\0e\0d" in data else OLD_EXCEL)
    if data.startswith(b"PK"):
        return _rows_of_xlsx(data)
    return _rows_of_text(_decoded(data))


def _decoded(data: bytes) -> str:
    """The text of a CSV file: with a byte order mark, UTF-8, or what Excel writes in the west."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    if b"\0" in data:
        raise BadSheet(NO_TABLE)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _rows_of_xlsx(data: bytes) -> list[list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            sheet = _first_sheet(archive)
            return _cells(_part(archive, sheet), _shared_texts(archive))
    except (
        *(zipfile.BadZipFile, zlib.error, ElementTree.ParseError, KeyError, IndexError, EOFError),
        *(NotImplementedError, RuntimeError, OSError, UnicodeDecodeError),
    ) as error:
        raise BadSheet(DAMAGED) from error


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    """One unpacked part; refused when it is too large or defines anything of its own."""
    with archive.open(name) as file:
        content = file.read(MOST_PART_BYTES + 1)
    if len(content) > MOST_PART_BYTES:
        raise BadSheet(TOO_LARGE.format(rows=MOST_ROWS, columns=MOST_COLUMNS))
    is_plain = b"\0" not in content and not _OTHER_ENCODING.match(content)
    if not is_plain or b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise BadSheet(DAMAGED)
    return content


def _first_sheet(archive: zipfile.ZipFile) -> str:
    """The name of the part with the first sheet that is not hidden."""
    names = archive.namelist()
    if "xl/workbook.xml" not in names:
        raise BadSheet(NO_TABLE)
    sheets = [
        (_attribute(one, "state") in (None, "visible"), _attribute(one, "id"))
        for one in _elements(_part(archive, "xl/workbook.xml"), "sheet")
    ]
    wanted = next((key for is_shown, key in sheets if is_shown), sheets[0][1])
    for one in _elements(_part(archive, "xl/_rels/workbook.xml.rels"), "Relationship"):
        if _attribute(one, "Id") == wanted:
            target = _attribute(one, "Target") or ""
            return posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")
    raise BadSheet(DAMAGED)


def _shared_texts(archive: zipfile.ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in archive.namelist():
        return []
    return [_text_of(one) for one in _elements(_part(archive, "xl/sharedStrings.xml"), "si")]


def _cells(sheet: bytes, shared: list[str]) -> list[list[str]]:
    """The rows of a sheet; places that it leaves out are empty."""
    rows: list[list[str]] = []
    for row in _elements(sheet, "row"):
        for cell in row:
            if _plain(cell.tag) != "c" or not (text := _value(cell, shared).strip()):
                continue
            y, x = _place(_attribute(cell, "r") or "")
            if y >= MOST_ROWS or x >= MOST_COLUMNS:
                raise BadSheet(TOO_LARGE.format(rows=MOST_ROWS, columns=MOST_COLUMNS))
            rows += [[] for _ in range(y + 1 - len(rows))]
            rows[y] += [""] * (x + 1 - len(rows[y]))
            rows[y][x] = text
    return rows


def _value(cell: ElementTree.Element, shared: list[str]) -> str:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return _text_of(cell)
    text = next((child.text or "" for child in cell if _plain(child.tag) == "v"), "")
    if kind == "s":
        return shared[int(text)] if text.isdigit() else ""
    if kind == "n" and text:
        try:
            return f"{float(text):.15g}"
        except ValueError as error:
            raise BadSheet(DAMAGED) from error
    return text


def _text_of(element: ElementTree.Element) -> str:
    """The text of a cell with or without formats; how to pronounce it is left out."""
    if _plain(element.tag) == "t":
        return element.text or ""
    return "".join(_text_of(one) for one in element if _plain(one.tag) != "rPh")


def _place(reference: str) -> tuple[int, int]:
    """ "C5" as (4, 2)."""
    match = _PLACE.match(reference)
    if match is None:
        raise BadSheet(DAMAGED)
    column = 0
    for letter in match[1]:
        column = 26 * column + ord(letter) - ord("A") + 1
    return int(match[2]) - 1, column - 1


def _elements(content: bytes, name: str) -> Iterator[ElementTree.Element]:
    """Elements of a name, one at a time; each is forgotten when the next is asked for."""
    parsed = ElementTree.iterparse(io.BytesIO(content))  # noqa: S314 - no entities
    for number, (_, element) in enumerate(parsed):
        if number > MOST_ELEMENTS:
            raise BadSheet(TOO_LARGE.format(rows=MOST_ROWS, columns=MOST_COLUMNS))
        if _plain(element.tag) == name:
            yield element
            element.clear()


def _attribute(element: ElementTree.Element, name: str) -> str | None:
    """An attribute by its name without namespace."""
    found = (value for key, value in element.attrib.items() if _plain(key) == name)
    return next(found, None)


def _plain(tag: str) -> str:
    return tag.rpartition("}")[2]
