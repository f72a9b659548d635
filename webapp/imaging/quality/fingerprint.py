"""Near-identical pixels: a fingerprint that survives saving again, and how far two agree."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from webapp.imaging.quality.sample import Plane

SIDE = 16
SMALLEST_SIDE = 32


def fingerprint(coarse: Plane) -> str:
    """Return 128 hex digits; empty for planes that are tiny or of one value.

    Whether each of 16 × 16 fields is darker than the one right of it, and than the one below it
    (difference hash; N. Krawetz, "Kind of Like That", 2013). Brightness and contrast do not
    matter, nor do a few grey values lost to compression.
    """
    if min(coarse.shape) < SMALLEST_SIDE or coarse.max() <= coarse.min():
        return ""
    fields = _fields(coarse)
    inner = fields[:-1, :-1]
    bits = np.concatenate([(inner < fields[:-1, 1:]).ravel(), (inner < fields[1:, :-1]).ravel()])
    return np.packbits(bits).tobytes().hex()


def agreement(one: str, other: str) -> float:
    """Return the share of equal bits of two fingerprints; two unrelated images have about half."""
    return 1 - (int(one, 16) ^ int(other, 16)).bit_count() / (4 * len(one))


def _fields(plane: Plane) -> NDArray[np.float64]:
    """Return the means of 17 × 17 fields."""
    rows = [row.mean(axis=0, dtype=np.float64) for row in np.array_split(plane, SIDE + 1)]
    columns = np.array_split(np.array(rows), SIDE + 1, axis=1)
    return np.array([column.mean(axis=1) for column in columns]).T
