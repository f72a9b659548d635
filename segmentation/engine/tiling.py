"""Answer an image of any size tile by tile, in bounded memory and without seams.

Tiles overlap by two halos. In the middle of the overlap, at most 32 pixels wide, the answers fade
into each other along a cosine; the rest of a halo, where a network sees too little, is not used.
Where two tiles agree the blend is exactly what both say, so a tiled answer equals the untiled one
for every method that looks no further than a halo less 16 pixels (less half of a small halo).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from segmentation.engine.arrays import AnyArray, FloatArray

WIDEST_FADE = 32


@dataclass(frozen=True)
class Window:
    """A half-open rectangle of the image."""

    y0: int
    x0: int
    y1: int
    x1: int


@dataclass(frozen=True)
class Grid:
    """How an image is cut: every tile is a core of `core` pixels a side plus its halo.

    A core may be wider than high: `columns` pixels, where they are given.
    """

    core: int = 1536
    halo: int = 224
    columns: int | None = None

    @property
    def width(self) -> int:
        """The width of a core."""
        return self.columns or self.core


Answer = Callable[[Sequence[Window]], Sequence[AnyArray]]
Writer = Callable[[int, AnyArray], None]


def core_starts(length: int, core: int) -> list[int]:
    """Return where the cores along one axis start; a rest below a quarter joins the last one."""
    starts = list(range(0, max(length, 1), core))
    if len(starts) > 1 and length - starts[-1] < core // 4:
        starts.pop()
    return starts


def n_tiles(height: int, width: int, grid: Grid) -> int:
    """Return how many tiles an image takes."""
    return len(core_starts(height, grid.core)) * len(core_starts(width, grid.width))


def answer_tiled(
    height: int,
    width: int,
    grid: Grid,
    answer: Answer,
    write: Writer,
    *,
    n_at_once: int = 1,
    on_tile: Callable[[], None] = lambda: None,
) -> None:
    """Ask `answer` for every tile (K, h, w) and hand finished rows to `write`, top to bottom.

    `n_at_once` tiles of a row are asked for together.

    Answers are float32, or uint8, in which the fading is rounded. `write(y, rows)` gets rows
    (K, n, width) that start at row y; every row exactly once.
    `on_tile` is called after every tile and may raise to stop. Memory: two bands of tiles.
    """
    starts = core_starts(height, grid.core)
    above: AnyArray | None = None
    for i, start in enumerate(starts):
        stop = starts[i + 1] if i + 1 < len(starts) else height
        y0, y1 = max(0, start - grid.halo), min(height, stop + grid.halo)
        windows = _windows((y0, y1), width, grid)
        tiles = _answers(windows, answer, n_at_once, on_tile)
        band = _joined_band(windows, tiles, width, grid.halo)
        if above is not None:
            n_shared = min(above.shape[1], band.shape[1])
            band[:, :n_shared] = _fade(above[:, :n_shared], band[:, :n_shared], axis=1)
        n_ready = band.shape[1] if i + 1 == len(starts) else stop - grid.halo - y0
        write(y0, band[:, :n_ready])
        above = band[:, n_ready:].copy()


def _windows(rows: tuple[int, int], width: int, grid: Grid) -> list[Window]:
    """Return the tiles of some rows with their halos, left to right."""
    starts = core_starts(width, grid.width)
    stops = [*starts[1:], width]
    return [
        Window(rows[0], max(0, start - grid.halo), rows[1], min(width, stop + grid.halo))
        for start, stop in zip(starts, stops, strict=True)
    ]


def _answers(
    windows: Sequence[Window], answer: Answer, n_at_once: int, on_tile: Callable[[], None]
) -> Iterator[AnyArray]:
    """Ask for a few tiles at a time and give them one by one."""
    for i in range(0, len(windows), n_at_once):
        for tile in answer(windows[i : i + n_at_once]):
            yield tile
            on_tile()


def _joined_band(
    windows: Sequence[Window], tiles: Iterator[AnyArray], width: int, halo: int
) -> AnyArray:
    """Fade the tiles of a row into each other; (K, h, width)."""
    band: AnyArray | None = None
    for window, tile in zip(windows, tiles, strict=True):
        if band is None:
            band = np.empty((*tile.shape[:2], width), tile.dtype)
            band[:, :, window.x0 : window.x1] = tile
            continue
        n_shared = min(2 * halo, window.x1 - window.x0)
        shared = slice(window.x0, window.x0 + n_shared)
        band[:, :, shared] = _fade(band[:, :, shared], tile[:, :, :n_shared], axis=2)
        band[:, :, window.x0 + n_shared : window.x1] = tile[:, :, n_shared:]
    assert band is not None
    return band


def _fade(first: AnyArray, second: AnyArray, axis: int) -> AnyArray:
    """Fade from the first to the second; exactly the first wherever both are equal."""
    n = first.shape[axis]
    n_fading = min(WIDEST_FADE, n / 2)
    position = np.clip((np.arange(n) + 0.5 - n / 2) / n_fading + 0.5, 0, 1)
    weight = (0.5 - 0.5 * np.cos(np.pi * position)).astype(np.float32)
    # a + 1 * (b - a) is b only up to rounding, so what does not fade is copied.
    start = int(np.searchsorted(weight, 0, "right"))
    stop = int(np.searchsorted(weight, 1, "left"))
    before, fading = _along(axis, 0, start), _along(axis, start, stop)
    faded = second.copy()
    faded[before] = first[before]
    shape = [1, 1, 1]
    shape[axis] = -1
    change: FloatArray = weight[start:stop].reshape(shape) * (
        second[fading].astype(np.float32) - first[fading]
    )
    mixed = first[fading] + change
    faded[fading] = np.rint(mixed) if first.dtype.kind == "u" else mixed
    return faded


def _along(axis: int, start: int, stop: int) -> tuple[slice, ...]:
    """Return the index of a range along one axis."""
    return (slice(None),) * axis + (slice(start, stop),)
