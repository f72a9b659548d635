"""Turn a plane the way the Orientation tag of a plain TIFF says (TIFF 6.0, tag 274)."""

from __future__ import annotations

from typing import Any

from webapp.imaging.reader import Pixels

TAG = 274
TURNED = "The picture was turned the way its orientation mark says."


def orientation_of(page: Any) -> int:
    """Return 1 (as stored) to 8; anything else counts as 1."""
    tag = page.tags.get(TAG)
    value = tag.value if tag is not None else 1
    return value if value in range(1, 9) else 1


def upright(plane: Pixels, orientation: int) -> Pixels:
    """Return (C, Y, X) with the visual top left first; 5 to 8 exchange height and width."""
    if orientation >= 5:
        plane = plane.transpose(0, 2, 1)
    if orientation in (2, 3, 6, 7):
        plane = plane[:, :, ::-1]
    if orientation in (3, 4, 7, 8):
        plane = plane[:, ::-1]
    return plane
