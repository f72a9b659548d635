"""ROIs of ImageJ, alone or in a zip: the areas among them, each on the plane that it names.

The layout of a .roi file is that of ij.io.RoiDecoder of ImageJ 1.54 (public domain).
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from annotations.labels.importing.entry import Drawn, FileOfMasks, Shape, Unfit
from annotations.labels.importing.imagej_paths import rings_of
from annotations.labels.importing.outlines import Pixels, Points, as_points, ellipse, filled
from annotations.labels.importing.shapes import DrawPixels, Outlined, ShapesEntry
from annotations.labels.importing.words import counted

MAGIC = b"Iout"
BROKEN = "An ROI in this file is damaged or was cut off. Save it again in ImageJ."
_POLYGON, _RECT, _OVAL, _FREEHAND, _TRACED = 0, 1, 2, 7, 8
_ELLIPSE, _ROTATED_RECT = 3, 5
_SUB_PIXEL = 128
_HEADER_BYTES = 64
MOST_CORNERS = 20_000_000


@dataclass(frozen=True)
class Roi:
    """One area: how it is drawn, and where; positions count from 1, 0 is none."""

    pixels: DrawPixels
    position: int
    z: int
    t: int


@dataclass(frozen=True)
class RoiEntry:
    """The areas of one image."""

    name: str
    rois: Sequence[Roi]
    notes: Sequence[str] = ()
    own_shape: Shape | None = None

    def draw(self, shape: Shape) -> Drawn:
        """In the order of the file, the first keeps its pixels."""
        objects = [Outlined(roi.pixels, *_plane_of(roi, shape)) for roi in self.rois]
        return ShapesEntry(self.name, objects, None, self.notes).draw(shape)


def read_rois(name: str, contents: Iterable[bytes]) -> FileOfMasks:
    """One entry of all areas; lines and points are left out and counted."""
    rois, n_others = [], 0
    for content in contents:
        try:
            roi = _read(content)
        except (struct.error, IndexError, ValueError) as error:
            raise Unfit(BROKEN) from error
        n_others += roi is None
        if roi is not None:
            rois.append(roi)
    what = counted(n_others, "line, point or text", "lines, points or texts")
    notes = [f"Left out, as no areas: {what}."]
    return FileOfMasks("ImageJ ROI", (RoiEntry(name, rois, notes if n_others else ()),))


def _plane_of(roi: Roi, shape: Shape) -> tuple[int | None, int | None]:
    """Frame and slice; a place in the stack counts slices inside of frames."""
    if roi.t or roi.z:
        return (roi.t - 1 if roi.t else None), (roi.z - 1 if roi.z else None)
    if 0 < roi.position <= shape[0] * shape[1]:
        t, z = divmod(roi.position - 1, shape[1])
        return t, z
    return None, None


def _read(data: bytes) -> Roi | None:
    """One ROI; None for what is no area."""
    if data[:4] != MAGIC or len(data) < _HEADER_BYTES:
        raise ValueError
    position, second = struct.unpack_from(">ii", data, 56)
    z = t = 0
    if 0 < second <= len(data) - 16:
        z, t = struct.unpack_from(">ii", data, second + 8)
    pixels = _pixels(data)
    return None if pixels is None else Roi(pixels, max(0, position), max(0, z), max(0, t))


def _pixels(data: bytes) -> DrawPixels | None:
    kind, subtype = data[6], struct.unpack_from(">h", data, 48)[0]
    is_fine = bool(struct.unpack_from(">h", data, 50)[0] & _SUB_PIXEL)
    n_floats = struct.unpack_from(">i", data, 36)[0]
    if n_floats > 0:
        return _path(data, n_floats)
    if kind == _FREEHAND and subtype == _ELLIPSE:
        return _slanted_ellipse(data)
    if kind == _FREEHAND and subtype == _ROTATED_RECT:
        return _ring(_turned_rectangle(data))
    if kind in (_POLYGON, _FREEHAND, _TRACED):
        return _ring(_corners(data, is_fine))
    if kind in (_RECT, _OVAL):
        return _box_or_oval(data, kind, is_fine)
    return None


def _ring(points: Points) -> DrawPixels:
    return lambda height, width: filled([points], height, width)


def _path(data: bytes, n_floats: int) -> DrawPixels:
    """A composite: a path of moves, lines and curves, taken by the even-odd rule."""
    if n_floats > MOST_CORNERS or len(data) < _HEADER_BYTES + 4 * n_floats:
        raise ValueError
    values = np.frombuffer(data, ">f4", n_floats, _HEADER_BYTES).astype(np.float64)
    rings = [as_points(ring) for ring in rings_of(values.tolist())]
    return lambda height, width: filled(rings, height, width)


def _corners(data: bytes, is_fine: bool) -> Points:
    n = struct.unpack_from(">H", data, 16)[0] or struct.unpack_from(">i", data, 18)[0]
    n_bytes = (12 if is_fine else 4) * n
    if not 0 <= n <= MOST_CORNERS or len(data) < _HEADER_BYTES + n_bytes:
        raise ValueError
    if is_fine:
        x, y = np.frombuffer(data, ">f4", 2 * n, _HEADER_BYTES + 4 * n).reshape(2, n)
        return as_points(np.stack([x, y], axis=1))
    top, left = struct.unpack_from(">hh", data, 8)
    x, y = np.frombuffer(data, ">i2", 2 * n, _HEADER_BYTES).reshape(2, n)
    return as_points(np.stack([x.astype(np.float64) + left, y.astype(np.float64) + top], axis=1))


def _box_or_oval(data: bytes, kind: int, is_fine: bool) -> DrawPixels:
    top, left, bottom, right = (float(v) for v in struct.unpack_from(">hhhh", data, 8))
    if is_fine:
        left, top, width, height = struct.unpack_from(">ffff", data, 18)
        right, bottom = left + width, top + height
    box = as_points([(left, top), (right, top), (right, bottom), (left, bottom)])
    if kind == _RECT:
        return _ring(box)
    center = ((left + right) / 2, (top + bottom) / 2)
    radii = ((right - left) / 2, (bottom - top) / 2)
    return lambda height, width: ellipse(center, radii, 0.0, height, width)


def _slanted_ellipse(data: bytes) -> DrawPixels:
    x1, y1, x2, y2 = as_points(struct.unpack_from(">ffff", data, 18)).ravel().tolist()
    ratio = struct.unpack_from(">f", data, 52)[0]
    if not 0 <= ratio <= 1:
        raise ValueError
    radius = math.hypot(x2 - x1, y2 - y1) / 2
    center, angle = ((x1 + x2) / 2, (y1 + y2) / 2), math.atan2(y2 - y1, x2 - x1)

    def draw(height: int, width: int) -> Pixels:
        return ellipse(center, (radius, radius * ratio), angle, height, width)

    return draw


def _turned_rectangle(data: bytes) -> Points:
    x1, y1, x2, y2 = as_points(struct.unpack_from(">ffff", data, 18)).ravel().tolist()
    half = struct.unpack_from(">f", data, 52)[0] / 2
    length = math.hypot(x2 - x1, y2 - y1) or 1.0
    dx, dy = (y2 - y1) / length * half, (x1 - x2) / length * half
    return as_points(
        [(x1 + dx, y1 + dy), (x2 + dx, y2 + dy), (x2 - dx, y2 - dy), (x1 - dx, y1 - dy)]
    )
