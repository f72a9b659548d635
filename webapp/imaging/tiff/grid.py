"""Which page of a TIFF is which plane, when the file is not an OME-TIFF."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from webapp.imaging.reader import PageAxis

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
    is_ambiguous: bool = False
    notes: tuple[str, ...] = ()


def grid_of_series(tiff: Any, pages_are: PageAxis | None) -> Grid:
    """Arrange the largest series of pages that tifffile finds in a file."""
    series = [one for one in tiff.series if one.keyframe is not None]
    main = max(series, key=lambda one: int(np.prod(one.keyframe.shape)))
    pages = list(main.pages)
    shape = _leading_shape(main)
    if main.dataoffset is None and int(np.prod(list(shape.values()))) != len(pages):
        shape = {"I": len(pages)}
    planes, axis = _arrange(shape, pages_are)
    n_left_out = len(tiff.pages) - (planes.size if main.dataoffset is not None else len(pages))
    notes = []
    is_ambiguous = axis is not None and pages_are is None
    if axis is not None and is_ambiguous:
        n_unknown = int(np.prod([n for letter, n in shape.items() if letter not in "TCZ"]))
        notes.append(WHAT_ARE_PAGES.format(n=n_unknown, axis=_AXIS_WORDS[axis]))
    if n_left_out > 0:
        notes.append(LEFT_OUT.format(n=n_left_out))
    return Grid(pages, planes, main.dataoffset, is_ambiguous, tuple(notes))


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
    shape: dict[str, int], pages_are: PageAxis | None
) -> tuple[NDArray[np.int64], PageAxis | None]:
    """Return (T, C, Z) plane numbers, and as what the unknown axes were read, if there are any."""
    table = np.arange(int(np.prod(list(shape.values()))), dtype=np.int64)
    table = table.reshape(list(shape.values()))
    letters = list(shape)
    unknown = [letter for letter in letters if letter not in ("T", "C", "Z")]
    is_unknown = any(shape[letter] > 1 for letter in unknown)
    axis: PageAxis = pages_are or ("z" if "Z" not in letters else "t")
    groups = {"T": ["T"], "C": ["C"], "Z": ["Z"]}
    groups[axis.upper()] += unknown
    order = []
    sizes = []
    for group in groups.values():
        present = [letter for letter in group if letter in letters]
        order += [letters.index(letter) for letter in present]
        sizes.append(int(np.prod([shape[letter] for letter in present])))
    return table.transpose(order).reshape(sizes), axis if is_unknown else None
