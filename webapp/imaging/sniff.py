"""Which format a file has, from its first bytes and never from its name."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from webapp.imaging.limits import UnreadableImage

Format = Literal[
    "TIFF", "PNG", "JPEG", "BMP", "GIF", "WebP", "CZI", "ND2", "LIF", "MRC", "OME-Zarr"
]
VENDOR_FORMATS: tuple[Format, ...] = ("CZI", "ND2", "LIF", "MRC")

N_HEAD_BYTES = 512

_READ: tuple[tuple[bytes, Format], ...] = (
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
    (b"II+\x00", "TIFF"),
    (b"MM\x00+", "TIFF"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"ZISRAWFILE", "CZI"),
    (b"\xda\xce\xbe\x0a", "ND2"),
    (b"\x70\x00\x00\x00", "LIF"),
    (b"PK\x03\x04", "OME-Zarr"),
    (b"BM", "BMP"),
)
_NOT_READ: tuple[tuple[bytes, str], ...] = (
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", "a JPEG 2000 image"),
    (b"\xff\x4f\xff\x51", "a JPEG 2000 image"),
    (b"\xd0\xcf\x11\xe0", "an Office or Olympus OIB file"),
    (b"\x89HDF\r\n\x1a\n", "an HDF5 or Imaris file"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a rar archive"),
    (b"%PDF", "a PDF document"),
    (b"%!PS", "a PostScript document"),
    (b"\xc5\xd0\xd3\xc6", "a PostScript document"),
    (b"SIMPLE  =", "a FITS image"),
    (b"\x01\xda", "an SGI image"),
    (b"8BPS", "a Photoshop document"),
    (b"P5", "a PGM image"),
    (b"P6", "a PPM image"),
    (b"\x93NUMPY", "a NumPy array"),
)


def sniff(head: bytes) -> Format:
    """Return the format that `head` (the first 512 bytes) belongs to, or refuse the file."""
    if head[208:211] == b"MAP" and head[211:212] in (b" ", b"\x00"):
        return "MRC"  # first, as such a file begins with its width, which may look like a mark
    for magic, file_format in _READ:
        if head.startswith(magic):
            return file_format
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WebP"
    raise UnreadableImage(
        f"{_what_it_is(head)}, which cannot be read here. Export the image as TIFF and upload that."
    )


def is_tiff(source: Path) -> bool:
    """Whether a file begins as TIFF files do."""
    with source.open("rb") as file:
        head = file.read(4)
    return any(head == magic for magic, name in _READ if name == "TIFF")


def is_xml(source: Path) -> bool:
    """Whether a file begins as XML does."""
    with source.open("rb") as file:
        head = file.read(N_HEAD_BYTES).lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return head.startswith((b"<?xml", b"<ome"))


def _what_it_is(head: bytes) -> str:
    """Return the start of a sentence that names what the bytes look like."""
    for magic, name in _NOT_READ:
        if head.startswith(magic):
            return f"This is {name}"
    if head[4:8] == b"ftyp":
        return "This is a film or an AVIF/HEIC image"
    if head[128:132] == b"DICM":
        return "This is a DICOM file"
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text.startswith((b"<!doctype html", b"<html")):
        return "This is a web page, not an image"
    if text.startswith((b"<?xml", b"<svg", b"<ome")):
        return "This is an XML text without pixels"
    if not head.strip(b"\x00"):
        return "This file begins with nothing but zeros"
    if all(byte in b"\t\n\r" or 32 <= byte < 127 for byte in head):
        return "This is a text file"
    return "This is a file of an unknown kind"
