"""The XML in files of microscope makers, read without entities."""

from __future__ import annotations

from xml.etree import ElementTree

from webapp.imaging.limits import UnreadableImage

MAX_XML_BYTES = 64_000_000

UNSAFE = (
    "The description in this file is damaged or not one that a microscope writes. Open it in "
    "Fiji or the microscope software, save it as TIFF, and upload that file."
)


def parse_xml(text: str) -> ElementTree.Element:
    """Return the root element; refused when it is broken or defines entities of its own."""
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise UnreadableImage(UNSAFE)
    try:
        return ElementTree.fromstring(text.strip("\x00 \r\n\t\ufeff"))  # noqa: S314 - no entities
    except ElementTree.ParseError as error:
        raise UnreadableImage(UNSAFE, repr(error)) from error


def text_at(element: ElementTree.Element | None, path: str) -> str:
    """Return the text below `element` at `path`, or ""."""
    return (element.findtext(path) or "").strip() if element is not None else ""


def number_at(element: ElementTree.Element | None, path: str) -> float | None:
    """Return the number below `element` at `path`; None when there is none above zero."""
    try:
        number = float(text_at(element, path))
    except ValueError:
        return None
    return number if 0 < number < float("inf") else None


def hex_color(text: str) -> str | None:
    """Return "#rrggbb" of "#AARRGGBB" or "#RRGGBB"; None for anything else."""
    digits = text.strip().removeprefix("#").lower()[-6:]
    is_color = len(digits) == 6 and all(digit in "0123456789abcdef" for digit in digits)
    return f"#{digits}" if is_color and digits != "000000" else None
