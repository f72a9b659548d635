"""An OME-TIFF over several files: what it is called, and reading it when all are here.

Source: https://docs.openmicroscopy.org/ome-model/latest/ome-tiff/specification.html
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from webapp.imaging.limits import Limits, UnreadableImage
from webapp.imaging.sniff import is_tiff
from webapp.imaging.tiff.ome import (
    companion_of,
    files_of_description,
    files_of_images,
    parse_root,
    read_ome,
    several_files,
)
from webapp.imaging.tiff.opening import Description, TiffReader, opened, reader_of, samples_of

MOST_FILES = 800
"""Each file stays open while the image is read."""
MOST_COMPANION_BYTES = 64_000_000

TOO_MANY = (
    "This image lies in {n:,} OME-TIFF files; at most {most:,} are put together. Save it as fewer "
    "files and upload those."
)
NOT_A_SET = (
    "These OME-TIFF files do not describe one image together any more. Save the image as one "
    "OME-TIFF and upload that."
)


def files_of_set(source: Path, limits: Limits) -> list[str]:
    """Return the names of all files of the image that this one is a part of; [] when it is whole.

    Raises UnreadableImage for a file that cannot be read, or a set of too many files.
    """
    tiff = opened(source, limits)
    try:
        root = parse_root(tiff.pages[0].description or "")
    finally:
        tiff.close()
    if root is None:
        return []
    companion = companion_of(root)
    names = [companion] if companion else files_of_images(root)
    _check_number(names)
    return names if companion or len(names) > 1 else []


def files_of_companion(source: Path) -> list[str]:
    """Return the names of the TIFFs that a companion file describes; [] of other texts."""
    if source.stat().st_size > MOST_COMPANION_BYTES:
        return []
    root = parse_root(source.read_text("utf-8", errors="replace"))
    names = files_of_description(root) if root is not None else []
    _check_number(names)
    return names


def _check_number(names: list[str]) -> None:
    if len(names) > MOST_FILES:
        raise UnreadableImage(TOO_MANY.format(n=len(names), most=MOST_FILES))


def open_ome_set(files: Sequence[tuple[str, Path]], limits: Limits, series: int) -> TiffReader:
    """Return a reader for an image of the set; files come with the names by which it calls them."""
    tiffs = [(name, path) for name, path in files if is_tiff(path)]
    pages = _Pages([opened(path, limits) for _, path in tiffs])
    places = {name: place for (name, _), place in zip(tiffs, pages.places, strict=True)}
    first = files[0][1]
    is_told = is_tiff(first)
    root = parse_root(pages[0].description if is_told else first.read_text("utf-8", "replace"))
    if root is None:
        raise UnreadableImage(NOT_A_SET)
    ome = read_ome(root, samples_of(pages), several_files(places), series)
    if ome is None:
        raise UnreadableImage(NOT_A_SET)
    return reader_of(Description.of_ome(ome, pages), limits)


class _Pages:
    """The pages of several files, counted through."""

    def __init__(self, tiffs: Sequence[Any]) -> None:
        self._tiffs = tiffs
        self.places: list[tuple[int, int]] = []
        start = 0
        for tiff in tiffs:
            self.places.append((start, start + len(tiff.pages)))
            start += len(tiff.pages)

    def __getitem__(self, number: int) -> Any:
        for tiff, (first, end) in zip(self._tiffs, self.places, strict=True):
            if first <= number < end:
                return tiff.pages[number - first]
        raise IndexError(number)
