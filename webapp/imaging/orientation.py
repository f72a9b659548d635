"""Turn a plane the way its orientation mark says (TIFF 6.0, tag 274; EXIF uses the same)."""

from __future__ import annotations

from webapp.imaging.reader import Pixels

TAG = 274
TURNED = "The picture was turned the way its orientation mark says."


def upright(plane: Pixels, orientation: int) -> Pixels:
    """Return (C, Y, X) with the visual top left first; 5 to 8 exchange height and width."""
    if orientation >= 5:
        plane = plane.transpose(0, 2, 1)
    if orientation in (2, 3, 6, 7):
        plane = plane[:, :, ::-1]
    if orientation in (3, 4, 7, 8):
        plane = plane[:, ::-1]
    return plane
