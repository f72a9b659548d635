"""Open any readable file: size, first bytes, header, limits - and only then pixels."""

from __future__ import annotations

from pathlib import Path

from webapp.imaging.limits import Limits, check_shape, check_size_bytes
from webapp.imaging.reader import PageAxis, Reader
from webapp.imaging.sniff import N_HEAD_BYTES, sniff


def open_image(source: Path, limits: Limits, pages_are: PageAxis | None = None) -> Reader:
    """Return a reader for `source`, or raise UnreadableImage with a sentence.

    `pages_are` answers what the pages of a plain TIFF are: "t", "z" or "c".
    Decoders are imported here, when the format is known, because loading all takes longer
    than reading a small picture.
    """
    check_size_bytes(source.stat().st_size, limits)
    with source.open("rb") as file:
        file_format = sniff(file.read(N_HEAD_BYTES))
    reader: Reader
    if file_format == "TIFF":
        from webapp.imaging.tiff.opening import open_tiff

        reader = open_tiff(source, limits, pages_are)
    elif file_format == "PNG":
        from webapp.imaging.png import open_png

        reader = open_png(source, limits)
    else:
        from webapp.imaging.photo import open_photo

        reader = open_photo(source, file_format, limits)
    check_shape(reader.facts.shape, limits)
    return reader
