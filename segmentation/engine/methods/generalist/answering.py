"""Answer an image of any size by tiles, and choose how it is cut.

Tiles lie on the grid of the image as the network sees it, scaled as a whole. Every tile starts at
a multiple of the network's stride and sees as far beyond what is used of it as the network looks,
so a tiled answer is the untiled one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from segmentation.engine.arrays import AnyArray, FloatArray
from segmentation.engine.blocks import Blocks
from segmentation.engine.grouping import Fields
from segmentation.engine.methods.generalist.batches import Batches
from segmentation.engine.methods.generalist.compact import N_COMPACT, compact, nothing, opened
from segmentation.engine.methods.generalist.inference import ALIASING_FACTOR, Runner
from segmentation.engine.methods.generalist.network import STRIDE
from segmentation.engine.methods.generalist.normalized import NormalizedImage
from segmentation.engine.methods.generalist.sizing import NETWORK_DIAMETER
from segmentation.engine.resampling import RowScaler
from segmentation.engine.spool import trim_memory
from segmentation.engine.tiling import Grid, Window, answer_tiled, n_tiles

BAND_BYTES = 160_000_000
BUFFER_BYTES = 300_000_000
WHOLE_PIXELS = 32_000_000
ROWS_AT_ONCE = 64
GLASS_CONTRAST = 0.04
GLASS_SQUARE_PX = 8


def scaled_size(image: NormalizedImage, factor: float) -> tuple[int, int]:
    """Return height and width of the image as the network sees it."""
    return max(1, round(image.height * factor)), max(1, round(image.width * factor))


def answer_image(
    image: NormalizedImage,
    runner: Runner,
    batches: Batches,
    write: Callable[[Fields], None],
    on_tile: Callable[[], None],
    *,
    grid: Grid | None = None,
) -> Tensor:
    """Answer the whole image by tiles at the runner's factor; returns the pooled bottleneck (1, C).

    `write` gets the fields row by row, top to bottom. Tiles in which there is nothing to see are
    not shown to the network.
    """
    size = scaled_size(image, runner.factor)
    grid = grid or grid_for(size[1])
    pooled = torch.zeros(0)
    is_tiled = n_tiles(*size, grid) > 1
    if is_tiled and runner.context is None:
        probes = [runner.pooled(image.window(probe)) for probe in image.probes()]
        runner = replace(runner, context=torch.stack(probes).mean(0))

    def ask(tiles: Sequence[AnyArray]) -> list[AnyArray]:
        nonlocal pooled
        answers, pooled = runner.answer_scaled(tiles)
        return [compact(answer) for answer in answers]

    def answer(windows: Sequence[Window]) -> list[AnyArray]:
        tiles = [image.scaled(window, size) for window in windows]
        is_seen = [not (is_tiled and is_glass(tile)) for tile in tiles]
        seen = [tile for tile, is_it in zip(tiles, is_seen, strict=True) if is_it]
        answered = iter(batches.run(seen, ask))
        if is_tiled:
            trim_memory()
        return [
            next(answered) if is_it else nothing(*tile.shape[1:])
            for tile, is_it in zip(tiles, is_seen, strict=True)
        ]

    scaler = RowScaler(size, (image.height, image.width), is_smooth=runner.factor > ALIASING_FACTOR)

    def write_scaled(_: int, rows: AnyArray) -> None:
        for y in range(0, rows.shape[1], ROWS_AT_ONCE):
            write(opened(scaler.scale(rows[:, y : y + ROWS_AT_ONCE])))

    answer_tiled(
        *size,
        grid,
        answer,
        write_scaled,
        n_at_once=batches.size,
        on_tile=on_tile,
    )
    return runner.context if runner.context is not None else pooled


def grid_for(width: int) -> Grid:
    """Choose tiles of 1536 px at the network's scale; lower where a row of them is too large.

    The halo is as far as the network looks: up to 216 px.
    """
    grid = Grid()
    core = grid.core
    while core > 4 * STRIDE and N_COMPACT * (core + 2 * grid.halo) * width > BAND_BYTES:
        core //= 2
    return Grid(max(core, 2 * grid.halo), grid.halo, grid.core)


def blocks_for(shape: tuple[int, int], diameter: float | None) -> Blocks:
    """Choose how an image is grouped: as a whole up to 32 million pixels, else by blocks.

    The margin holds six cells, because what is decided of a cell depends on those around it.
    """
    height, width = shape
    if height * width <= WHOLE_PIXELS:
        return Blocks(max(1, height), max(1, width), 0)
    margin = int(np.clip(6 * (diameter or NETWORK_DIAMETER), 256, 1024))
    n_rows = min(2048, BUFFER_BYTES // (N_COMPACT * width) - 2 * margin)
    return Blocks(max(n_rows, margin), 4096, margin)


def is_glass(planes: FloatArray) -> bool:
    """Say whether planes (3, Y, X) in 0..1 hold nothing as large as a third of a cell.

    Means over squares differ less than 4 % of the image's contrast.
    """
    side = GLASS_SQUARE_PX
    height, width = (length // side * side for length in planes.shape[1:])
    if height == 0 or width == 0:
        return False
    squares = planes[:, :height, :width].reshape(3, height // side, side, width // side, side)
    means = squares.mean(axis=(2, 4))
    contrast = means.max(axis=(1, 2)) - means.min(axis=(1, 2))
    return bool(contrast.max() < GLASS_CONTRAST)
