"""Open any readable file: size, first bytes, header, limits - and only then pixels."""

from __future__ import annotations

from pathlib import Path

from webapp.imaging.limits import Limits, check_shape, check_size_bytes
from webapp.imaging.reader import Reader
from webapp.imaging.sniff import N_HEAD_BYTES, VENDOR_FORMATS, Format, sniff


def open_source(
    source: Path,
    limits: Limits,
    pages_are: str | None = None,
    series: int = 0,
    *,
    parts_in: Path | None = None,
    listed_in: Path | None = None,
) -> Reader:
    """Return a reader for a file, or for a list of parts that lie as blobs in `parts_in`."""
    if parts_in is None:
        return open_image(source, limits, pages_are, series, listed_in=listed_in)
    from webapp.imaging.parts.opening import open_parts

    reader = open_parts(source, parts_in, limits, series)
    check_shape(reader.facts.shape, limits)
    return reader


def open_image(
    source: Path,
    limits: Limits,
    pages_are: str | None = None,
    series: int = 0,
    *,
    listed_in: Path | None = None,
) -> Reader:
    """Return a reader for `source`, or raise UnreadableImage with a sentence.

    `pages_are` answers what the pages of a plain TIFF are: "t", "z" or "c". `series` is the
    number of an image in a file of several, from 0; `facts.n_series` says how many there are.
    `listed_in` is a folder where children that read the same file tell each other what is in it.
    Decoders are imported here, when the format is known, because loading all takes longer
    than reading a small picture.
    """
    check_size_bytes(source.stat().st_size, limits)
    with source.open("rb") as file:
        file_format = sniff(file.read(N_HEAD_BYTES))
    reader: Reader
    if file_format == "TIFF":
        from webapp.imaging.tiff.opening import open_tiff

        reader = open_tiff(source, limits, pages_are, series)
    elif file_format == "PNG":
        from webapp.imaging.png import open_png

        reader = open_png(source, limits)
    elif file_format == "OME-Zarr":
        from webapp.imaging.ome_zarr.opening import open_ome_zarr

        reader = open_ome_zarr(source, limits, series, listed_in)
    elif file_format in VENDOR_FORMATS:
        reader = _open_vendor(file_format, source, limits, pages_are, series)
    else:
        from webapp.imaging.photo import open_photo

        reader = open_photo(source, file_format, limits)
    check_shape(reader.facts.shape, limits)
    return reader


def _open_vendor(
    file_format: Format, source: Path, limits: Limits, pages_are: str | None, series: int
) -> Reader:
    """Return a reader for one image of a microscope maker's file."""
    if file_format == "ND2":
        from webapp.imaging.vendors.nd2.opening import open_nd2

        return open_nd2(source, limits, series)
    if file_format == "LIF":
        from webapp.imaging.vendors.lif import open_lif

        return open_lif(source, limits, series)
    if file_format == "CZI":
        from webapp.imaging.vendors.czi.opening import open_czi

        return open_czi(source, limits, series)
    from webapp.imaging.vendors.mrc import open_mrc

    return open_mrc(source, limits, pages_are)
