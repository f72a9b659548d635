"""ROI files of ImageJ, written byte by byte from the description of the format."""

from __future__ import annotations

import struct
from collections.abc import Sequence

POLYGON, RECT, OVAL, LINE, FREEHAND, TRACED, POINT = 0, 1, 2, 3, 7, 8, 10


def roi(
    kind: int,
    box: tuple[int, int, int, int] = (0, 0, 0, 0),
    *,
    corners: Sequence[tuple[float, float]] = (),
    fine: bool = False,
    place: tuple[int, int, int] = (0, 0, 0),
    position: int = 0,
    subtype: int = 0,
    floats: Sequence[float] = (),
    ratio: float = 0.0,
    path: Sequence[float] = (),
) -> bytes:
    """`box` is top, left, bottom, right; `corners` are x, y; `place` is c, z, t from 1."""
    n = len(corners)
    head = bytearray(64)
    head[:6] = b"Iout" + struct.pack(">h", 228)
    head[6] = kind
    struct.pack_into(">hhhhH", head, 8, *box, n)
    struct.pack_into(f">{len(floats)}f", head, 18, *floats)
    struct.pack_into(">i", head, 36, len(path))
    struct.pack_into(">h", head, 48, subtype)
    struct.pack_into(">h", head, 50, 128 if fine else 0)
    if subtype:
        struct.pack_into(">f", head, 52, ratio)
    struct.pack_into(">i", head, 56, position)
    body = b""
    if n:
        left, top = box[1], box[0]
        body = struct.pack(f">{n}h", *(int(x) - left for x, _ in corners))
        body += struct.pack(f">{n}h", *(int(y) - top for _, y in corners))
        if fine:
            body += struct.pack(f">{n}f", *(x for x, _ in corners))
            body += struct.pack(f">{n}f", *(y for _, y in corners))
    body += struct.pack(f">{len(path)}f", *path)
    struct.pack_into(">i", head, 60, 64 + len(body))
    return bytes(head) + body + struct.pack(">iiii", 0, *place) + bytes(48)
