"""Answer an image of any size tile by tile, in bounded memory and without seams.

Tiles overlap by two halos. In the middle half of the overlap the answers fade into each other
along a cosine; the outer quarters, where a network sees too little, are not used at all. Where
two tiles agree the blend is exactly what both say, so a tiled answer equals the untiled one for
every method that looks no further than half a halo.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from segmentation.engine.arrays import FloatArray


@dataclass(frozen=True)
class Window:
    """A half-open rectangle of the image."""

    y0: int
    x0: int
    y1: int
    x1: int


@dataclass(frozen=True)
class Grid:
    """How an image is cut: every tile is a core of `core` pixels a side plus its halo."""

    core: int = 1024
    halo: int = 64


Answer = Callable[[Window], FloatArray]
Writer = Callable[[int, FloatArray], None]


def core_starts(length: int, core: int) -> list[int]:
    """Return where the cores along one axis start; a rest below a quarter joins the last one."""
    starts = list(range(0, max(length, 1), core))
    if len(starts) > 1 and length - starts[-1] < core // 4:
        starts.pop()
    return starts


def n_tiles(height: int, width: int, grid: Grid) -> int:
    """Return how many tiles an image takes."""
    return len(core_starts(height, grid.core)) * len(core_starts(width, grid.core))


def answer_tiled(
    height: int,
    width: int,
    grid: Grid,
    answer: Answer,
    write: Writer,
    *,
    on_tile: Callable[[], None] = lambda: None,
) -> None:
    """Ask `answer` (K, h, w) for every tile and hand finished rows to `write`, top to bottom.

    `write(y, rows)` gets rows (K, n, width) that start at row y; every row exactly once.
    `on_tile` is called after every tile and may raise to stop. Memory: two bands of tiles.
    """
    starts = core_starts(height, grid.core)
    previous: FloatArray | None = None
    previous_y0 = 0
    for i, start in enumerate(starts):
        stop = starts[i + 1] if i + 1 < len(starts) else height
        y0, y1 = max(0, start - grid.halo), min(height, stop + grid.halo)
        band = _answer_band((y0, y1), width, grid, answer, on_tile)
        if previous is not None:
            above = previous[:, y0 - previous_y0 :]
            n_shared = above.shape[1]
            mixed = _fade(above, band[:, :n_shared], axis=1)
            band = np.concatenate([mixed, band[:, n_shared:]], axis=1)
        n_ready = band.shape[1] if i + 1 == len(starts) else stop - grid.halo - y0
        write(y0, band[:, :n_ready])
        previous, previous_y0 = band, y0


def _answer_band(
    rows: tuple[int, int],
    width: int,
    grid: Grid,
    answer: Answer,
    on_tile: Callable[[], None],
) -> FloatArray:
    """Answer the tiles of rows y0..y1 and fade them into each other; (K, y1 - y0, width)."""
    y0, y1 = rows
    starts = core_starts(width, grid.core)
    band: FloatArray | None = None
    for j, start in enumerate(starts):
        stop = starts[j + 1] if j + 1 < len(starts) else width
        x0, x1 = max(0, start - grid.halo), min(width, stop + grid.halo)
        tile = answer(Window(y0, x0, y1, x1))
        if band is None:
            band = np.empty((tile.shape[0], y1 - y0, width), np.float32)
            band[:, :, x0:x1] = tile
        else:
            n_shared = min(2 * grid.halo, x1 - x0)
            shared = slice(x0, x0 + n_shared)
            band[:, :, shared] = _fade(band[:, :, shared], tile[:, :, :n_shared], axis=2)
            band[:, :, x0 + n_shared : x1] = tile[:, :, n_shared:]
        on_tile()
    assert band is not None
    return band


def _fade(first: FloatArray, second: FloatArray, axis: int) -> FloatArray:
    """Fade from the first to the second; exactly the first wherever both are equal."""
    n = first.shape[axis]
    position = np.clip(((np.arange(n) + 0.5) / n - 0.25) * 2, 0, 1)
    weight = (0.5 - 0.5 * np.cos(np.pi * position)).astype(np.float32)
    shape = [1, 1, 1]
    shape[axis] = n
    faded: FloatArray = first + weight.reshape(shape) * (second - first)
    # a + 1 * (b - a) is b only up to rounding.
    return np.where(weight.reshape(shape) == 1, second, faded)
