"""Which page of a TIFF is which plane, when the file is not an OME-TIFF."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from webapp.imaging.axes import plane_table, split_axes

WHAT_ARE_PAGES = (
    "The file does not say what its {n} pages are; they were read as {axis}. "
    "Say so if they are something else."
)
LEFT_OUT = "{n} further pages of another size or kind (such as overviews) were left out."
_AXIS_WORDS = {"t": "time points", "z": "slices", "c": "channels"}


@dataclass(frozen=True)
class Grid:
    """Planes of one image: `planes` is (T, C, Z) of indices into `pages`.

    `first_byte` is set when all planes lie one behind the other from there on; such files
    may list fewer pages than they have planes.
    """

    pages: list[Any]
    planes: NDArray[np.int64]
    first_byte: int | None = None
    notes: tuple[str, ...] = ()
    unknown_sizes: tuple[int, ...] = ()
    known_axes: str = ""
    is_ambiguous: bool = False


def grid_of_series(tiff: Any, pages_are: str | None) -> Grid:
    """Arrange the largest series of pages that tifffile finds in a file."""
    series = [one for one in tiff.series if one.keyframe is not None]
    main = max(series, key=lambda one: int(np.prod(one.keyframe.shape)))
    pages = list(main.pages)
    shape = _leading_shape(main)
    if main.dataoffset is None and int(np.prod(list(shape.values()))) != len(pages):
        shape = {"I": len(pages)}
    unknown = tuple(n for letter, n in shape.items() if letter not in "TCZ" and n > 1)
    planes, axis = _arrange(shape, unknown, pages_are)
    n_left_out = len(tiff.pages) - (planes.size if main.dataoffset is not None else len(pages))
    notes = []
    is_ambiguous = bool(unknown) and pages_are is None
    if is_ambiguous:
        notes.append(WHAT_ARE_PAGES.format(n=int(np.prod(unknown)), axis=_AXIS_WORDS[axis]))
    if n_left_out > 0:
        notes.append(LEFT_OUT.format(n=n_left_out))
    known = "".join(letter for letter, n in shape.items() if letter in "TCZ" and n > 1)
    return Grid(pages, planes, main.dataoffset, tuple(notes), unknown, known, is_ambiguous)


def _leading_shape(series: Any) -> dict[str, int]:
    """Return the axes of a series without those inside a page, repeated letters numbered."""
    n_inside = 3 if series.keyframe.samplesperpixel > 1 else 2
    axes = series.get_axes(squeeze=False)
    sizes = series.get_shape(squeeze=False)
    if n_inside == 2 and axes.endswith("S"):
        axes, sizes = axes[:-1], sizes[:-1]
    leading: dict[str, int] = {}
    for letter, size in zip(axes[:-n_inside], sizes[:-n_inside], strict=True):
        leading[letter if letter not in leading else f"{letter}{len(leading)}"] = size
    return leading


def _arrange(
    shape: dict[str, int], unknown: tuple[int, ...], pages_are: str | None
) -> tuple[NDArray[np.int64], str]:
    """Return (T, C, Z) plane numbers, and as what unknown axes are read when nobody said."""
    guess = "z" if "Z" not in shape else "t"
    letters = list(shape)
    known = [letter for letter in letters if letter in ("T", "C", "Z")]
    others = [letter for letter in letters if letter not in known]
    table = np.arange(int(np.prod(list(shape.values()))), dtype=np.int64)
    table = table.reshape(list(shape.values()))
    table = table.transpose([letters.index(letter) for letter in known + others])
    said = split_axes(pages_are or guess, unknown) if unknown else ()
    named = [(letter.lower(), shape[letter]) for letter in known]
    return plane_table(table, (*named, *said)), guess
