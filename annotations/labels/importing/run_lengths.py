"""Run-length encoded masks of COCO: down the columns, background first.

The compressed text follows the data format of the COCO API: five bits a character from "0" on, the
sixth says that more follow, and from the third count on the difference to the one before the last.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotations.labels.importing.entry import Unfit
from annotations.labels.importing.outlines import Pixels

BROKEN = (
    "A run-length encoded mask in this file does not add up to the size it names. Export the masks "
    "again."
)
_MOST_CHARACTERS = 12


def decoded(rle: Mapping[str, Any], shape: tuple[int, int]) -> Pixels:
    """The pixels of `{"size": [height, width], "counts": list or text}`; Unfit when broken."""
    height, width = _size(rle.get("size"))
    if (height, width) != shape:
        raise Unfit(
            f"A mask in this file is {width:,} × {height:,} pixels, the image {shape[1]:,} × "
            f"{shape[0]:,}. Masks are never scaled; export them at the size of the image."
        )
    counts = _counts(rle.get("counts"))
    if (counts < 0).any() or int(counts.sum()) != height * width:
        raise Unfit(BROKEN)
    ends = np.cumsum(counts)
    starts, lengths = (ends - counts)[1::2], counts[1::2]
    starts, lengths = starts[lengths > 0], lengths[lengths > 0]
    if not starts.size:
        return Pixels(0, 0, np.zeros((0, 0), dtype=bool))
    places = np.arange(lengths.sum()) + np.repeat(starts - np.cumsum(lengths) + lengths, lengths)
    x, y = np.divmod(places, height)
    mask = np.zeros((int(y.max() - y.min()) + 1, int(x.max() - x.min()) + 1), dtype=bool)
    mask[y - y.min(), x - x.min()] = True
    return Pixels(int(y.min()), int(x.min()), mask)


def _size(value: object) -> tuple[int, int]:
    if not isinstance(value, list) or len(value) != 2:
        raise Unfit(BROKEN)
    if not all(isinstance(side, int) and 0 < side < 2**31 for side in value):
        raise Unfit(BROKEN)
    return value[0], value[1]


def _counts(value: object) -> NDArray[np.int64]:
    if isinstance(value, str):
        return _from_text(value)
    if not isinstance(value, list) or not all(type(one) is int and one < 2**40 for one in value):
        raise Unfit(BROKEN)
    return np.array(value, dtype=np.int64)


def _from_text(text: str) -> NDArray[np.int64]:
    counts: list[int] = []
    value = n_characters = 0
    for character in text:
        bits = ord(character) - 48
        if not 0 <= bits < 64 or n_characters >= _MOST_CHARACTERS:
            raise Unfit(BROKEN)
        value |= (bits & 0x1F) << (5 * n_characters)
        n_characters += 1
        if bits & 0x20:
            continue
        if bits & 0x10:
            value -= 1 << (5 * n_characters)
        if len(counts) > 2:
            value += counts[-2]
        if not -(2**40) < value < 2**40:
            raise Unfit(BROKEN)
        counts.append(value)
        value = n_characters = 0
    if n_characters:
        raise Unfit(BROKEN)
    return np.array(counts, dtype=np.int64)
