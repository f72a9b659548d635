"""The list of the files that one image is put together from; kept as a blob of its own.

It names every part by the SHA-256 of its bytes, so the digest of the list is that of the whole.
Only this program writes such a list: one that somebody uploads is never read as one.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

FORMAT = "Coverslip parts 1"


@dataclass(frozen=True)
class Part:
    """One file. `t`, `c`, `z` are the place of its first plane; `shape` is its own (T, C, Z)."""

    sha256: str
    file_name: str
    t: int = 0
    c: int = 0
    z: int = 0
    shape: tuple[int, int, int] = (1, 1, 1)
    axes_said: str = ""


@dataclass(frozen=True)
class Manifest:
    """An image of several files. Without a `shape` the files themselves tell, as OME-TIFF does."""

    name: str
    parts: tuple[Part, ...]
    shape: tuple[int, int, int, int, int] | None = None
    channel_names: tuple[str | None, ...] = ()
    channel_colors: tuple[str | None, ...] = ()
    pixel_size_um: tuple[float, float] | None = None
    slice_step_um: float | None = None
    frame_interval_s: float | None = None
    missing: tuple[str, ...] = ()
    """Planes that are in no file, in words; they are black."""
    plate: str = ""
    well: str = ""
    site: int | None = None

    def to_bytes(self) -> bytes:
        """Return the list as it is kept; the same parts give the same bytes."""
        content = {"format": FORMAT} | asdict(self)
        return json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1).encode()

    @classmethod
    def from_bytes(cls, content: bytes) -> Manifest:
        """Read what `to_bytes` wrote; KeyError, TypeError or ValueError for anything else."""
        value: dict[str, Any] = json.loads(content)
        if value.pop("format") != FORMAT:
            raise ValueError("not a list of parts")
        parts = tuple(Part(**{**one, "shape": tuple(one["shape"])}) for one in value.pop("parts"))
        lists = {key: tuple(item) for key, item in value.items() if isinstance(item, list)}
        return cls(**{**value, **lists}, parts=parts)
