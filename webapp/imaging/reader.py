"""What every file reader offers: facts from the header, then bands of rows of pixels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from webapp.imaging.instrument import NOTHING_SAID, Instrument

Pixels = NDArray[Any]


@dataclass(frozen=True)
class Facts:
    """What the header says. `shape` is TCZYX and counts channels as the file has them."""

    shape: tuple[int, int, int, int, int]
    source_dtype: str
    source_format: str
    channel_names: tuple[str | None, ...] = ()
    channel_colors: tuple[str | None, ...] = ()
    pixel_size_um: tuple[float, float] | None = None
    slice_step_um: float | None = None
    frame_interval_s: float | None = None
    objective: str | None = None
    instrument: Instrument = NOTHING_SAID
    notes: tuple[str, ...] = ()
    axes_are_ambiguous: bool = False
    unknown_sizes: tuple[int, ...] = ()
    """Sizes of the axes that the file does not name, the slowest first."""
    known_axes: str = ""
    """Those of T, C and Z beside them that it does name."""
    n_samples: int = 1
    """How many channels lie in one page."""
    is_color: bool = False
    """Channels 0, 1 and 2 are red, green and blue of one picture."""
    has_alpha: bool = False
    """The last channel says how opaque a pixel is."""
    opaque: float = 255
    """The value of a fully opaque alpha pixel."""
    n_series: int = 1
    """How many images (scenes, positions, series) the file holds; these facts are of one."""
    series_name: str = ""
    """What the file calls this one of several images."""
    plate: str = ""
    well: str = ""
    """Where it was taken, "B03", when the file itself tells of a plate."""
    site: int | None = None


@dataclass(frozen=True)
class Band:
    """Rows `row` .. of one plane with all its channels from `channel` on, as (C, rows, X)."""

    channel: int
    row: int
    pixels: Pixels


class Reader(Protocol):
    """An open file. Bands of one channel come from top to bottom without gaps."""

    @property
    def facts(self) -> Facts:
        """What the header says."""
        ...

    def bands(self, t: int, z: int) -> Iterator[Band]:
        """Yield the pixels of all channels of one frame and slice."""
        ...


def stored_dtype(source: np.dtype[Any]) -> np.dtype[Any]:
    """Return the pyramid's type for a source type: uint8, uint16 or float32."""
    if source.kind == "b" or source == np.uint8:
        return np.dtype("uint8")
    if source == np.uint16:
        return np.dtype("uint16")
    return np.dtype("float32")
