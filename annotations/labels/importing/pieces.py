"""Masks of a single number: one cell, or as many as there are pieces? Only a person knows."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from annotations.labels.importing.entry import Labels

_EIGHT_NEIGHBORS = np.ones((3, 3), dtype=bool)
MOST_LOOKED_AT = 20_000
LARGEST_LOOKED_AT_PX = 16_000_000


def is_single_number(labels: Labels) -> bool:
    """Whether all masks of an image, (T, Z, Y, X), share one number."""
    drawn = labels[labels > 0]
    return bool(drawn.size) and bool((drawn == drawn[0]).all())


def count_pieces(labels: Labels) -> int:
    """The pieces of all planes; pixels that touch at a corner belong together."""
    planes = labels.reshape(-1, *labels.shape[2:])
    return sum(int(ndimage.label(plane > 0, _EIGHT_NEIGHBORS)[1]) for plane in planes)


def number_pieces(labels: Labels) -> Labels:
    """Every piece a cell of its own: 1, 2, ... in the order of planes and rows."""
    numbered = np.zeros_like(labels)
    n_before = 0
    for place in np.ndindex(*labels.shape[:2]):
        found, n_pieces = ndimage.label(labels[place] > 0, _EIGHT_NEIGHBORS)
        numbered[place] = np.where(found > 0, found + n_before, 0)
        n_before += int(n_pieces)
    return numbered


def pieces_apart(plane: Labels) -> int:
    """How many pieces of a plane (Y, X) there are beyond one a cell.

    Not looked for, so 0, among very many cells and in very large planes.
    """
    if plane.size > LARGEST_LOOKED_AT_PX:
        return 0
    names, index = np.unique(plane, return_inverse=True)
    if len(names) > MOST_LOOKED_AT:
        return 0
    index = index.reshape(plane.shape) + (names[0] != 0)
    boxes = ndimage.find_objects(index.astype(np.int32))
    n_pieces = [
        int(ndimage.label(index[box] == number, _EIGHT_NEIGHBORS)[1])
        for number, box in enumerate(boxes, 1)
    ]
    return sum(n_pieces) - len(n_pieces)
