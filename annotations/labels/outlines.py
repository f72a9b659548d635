"""The outlines of objects, as a mask and drawn over a picture."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Color = tuple[int, int, int]


def outline_mask(plane: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Pixels of objects that differ from a neighbour above, below, left or right: (Y, X) bool.

    The edge of the plane is no neighbour, so an object cut off there stays open.
    """
    differs = np.zeros(plane.shape, dtype=bool)
    across = plane[1:] != plane[:-1]
    differs[1:] |= across
    differs[:-1] |= across
    along = plane[:, 1:] != plane[:, :-1]
    differs[:, 1:] |= along
    differs[:, :-1] |= along
    differs &= plane != 0
    return differs


def draw_outlines(
    picture: NDArray[np.uint8], plane: NDArray[np.uint32], color: Color = (255, 214, 10)
) -> NDArray[np.uint8]:
    """A copy of ``picture``, (Y, X, 3) uint8 RGB, with the outlines of ``plane`` in ``color``."""
    drawn = picture.copy()
    drawn[outline_mask(plane)] = color
    return drawn
