"""Pixel values of any type as labels: whole numbers from 0, kept as they are."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotations.labels.importing.entry import Labels, Unfit

LARGEST_KEPT = 2**24 - 1
"""The viewer has a table by label, so larger numbers would cost memory without a use."""
LARGEST_LABEL = 2**32 - 1

NO_NUMBERS = (
    "The pixels of this file are no whole numbers from 0 on, so they do not say which cell they "
    "belong to. Export a label image, in which each cell has a number of its own."
)


def as_labels(values: NDArray[Any]) -> Labels:
    """The same numbers as uint32; raises Unfit for negative, broken or too large ones."""
    if values.dtype.kind == "b":
        return values.astype(np.uint32)
    if values.dtype.kind not in "uif":
        raise Unfit(NO_NUMBERS)
    if values.dtype.kind == "f" and not np.array_equal(values, np.floor(values)):
        raise Unfit(NO_NUMBERS)  # nan is not equal to itself
    if values.size and (values.min() < 0 or values.max() > LARGEST_LABEL):
        raise Unfit(NO_NUMBERS)
    return values.astype(np.uint32)


def numbers_in(labels: Labels) -> NDArray[np.int64]:
    """The different numbers above 0, ascending; none may be larger than LARGEST_KEPT."""
    is_there = np.zeros(int(labels.max(initial=0)) + 1, dtype=bool)
    for plane in labels.reshape(-1, labels.shape[-1]):
        is_there[plane] = True
    is_there[0] = False
    return np.flatnonzero(is_there)


def small_numbers(labels: Labels) -> tuple[Labels, list[str]]:
    """The labels, numbered anew in the order of their numbers when the largest is too large."""
    largest = int(labels.max(initial=0))
    if largest <= LARGEST_KEPT:
        return labels, []
    names = np.unique(labels)
    fresh = np.searchsorted(names, labels).astype(np.uint32)
    if names[0] != 0:
        fresh += np.uint32(1)
    return fresh, [
        f"The largest number is {largest:,}; numbers above {LARGEST_KEPT:,} are not kept, so the "
        f"cells were numbered anew."
    ]
