"""A smooth background of a plane, from a regular sample of its pixels, as a function of the place.

The sample is the same however a plane is read, and a surface is evaluated window by window, so
large images get what small ones get.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from segmentation.engine.arrays import AnyArray, FloatArray
from segmentation.engine.normalize import N_SAMPLES
from segmentation.engine.tiling import Window

N_BLOCKS = 16
"""Blocks along a side from which the light of the whole field is told."""
WINDOW_SHARE = 0.25
BLOCKS_A_WINDOW = 2
MOST_BLOCKS = 256
"""Along a side, for the local background; a smaller window is taken as this many."""
N_REFINEMENTS = 8
TAIL = 1.5
LOWEST_LIGHT = 0.1


@dataclass(frozen=True)
class Light:
    """How bright the field is at a place, with the mean 1: a surface of the second order."""

    terms: tuple[float, ...]
    shape: tuple[int, int]

    def over(self, window: Window) -> FloatArray:
        """Return the surface over a window as (h, w) float32."""
        y = _places(window.y0, window.y1, self.shape[0])
        x = _places(window.x0, window.x1, self.shape[1])
        surface = _terms(y[:, None], x[None, :], self.terms)
        return np.maximum(surface, LOWEST_LIGHT).astype(np.float32)


@dataclass(frozen=True)
class Backdrop:
    """What lies behind the cells: values at the middles of blocks, straight between them."""

    values: FloatArray
    shape: tuple[int, int]

    def over(self, window: Window) -> FloatArray:
        """Return the background over a window as (h, w) float32."""
        rows = _weights(window.y0, window.y1, self.shape[0], self.values.shape[0])
        columns = _weights(window.x0, window.x1, self.shape[1], self.values.shape[1])
        # a fixed order of sums: the same pixel is the same in every window
        inner = _mixed(self.values, columns, axis=1)
        return _mixed(inner, rows, axis=0)


def light_of(plane: AnyArray) -> Light:
    """Tell how the light falls off over a plane (Y, X) from what lies behind the cells."""
    sample = _sample(plane)
    blocks = _block_levels(sample, min(N_BLOCKS, sample.shape[0]), min(N_BLOCKS, sample.shape[1]))
    n_rows, n_columns = blocks.shape
    y, x = np.meshgrid(_middles(n_rows), _middles(n_columns), indexing="ij")
    terms = _fitted(y.ravel(), x.ravel(), blocks.ravel().astype(np.float64))
    mean = float(np.mean(_terms(y, x, tuple(terms))))
    if not np.isfinite(mean) or mean <= 0:
        return Light((1.0, 0.0, 0.0, 0.0, 0.0, 0.0), plane.shape)
    return Light(tuple(float(term / mean) for term in terms), plane.shape)


def backdrop_of(plane: AnyArray, window_px: float | None) -> Backdrop:
    """Tell what lies behind the cells of a plane (Y, X), over windows of this many pixels."""
    window = window_px or WINDOW_SHARE * min(plane.shape)
    sample = _sample(plane)
    n_rows, n_columns = (
        int(np.clip(round(BLOCKS_A_WINDOW * side / window), 1, min(n, MOST_BLOCKS)))
        for side, n in zip(plane.shape, sample.shape, strict=True)
    )
    return Backdrop(_calm(_block_levels(sample, n_rows, n_columns)), plane.shape)


def _sample(plane: AnyArray) -> FloatArray:
    """Return at most about a million pixels of a regular grid as float32; not numbers become 0."""
    step = max(1, int(np.ceil(np.sqrt(plane.size / N_SAMPLES))))
    return np.nan_to_num(plane[::step, ::step].astype(np.float32), posinf=0.0, neginf=0.0)


def _block_levels(sample: FloatArray, n_rows: int, n_columns: int) -> FloatArray:
    """Return the level behind the cells in each block of the sample."""
    percentile = _behind(sample)
    rows = np.linspace(0, sample.shape[0], n_rows + 1).astype(int)
    columns = np.linspace(0, sample.shape[1], n_columns + 1).astype(int)
    levels = [
        [
            np.percentile(sample[top:bottom, left:right], percentile)
            for left, right in pairwise(columns)
        ]
        for top, bottom in pairwise(rows)
    ]
    return np.array(levels, np.float32)


def _behind(sample: FloatArray) -> float:
    """Return which percentile of a block shows no cell: cells are the longer tail of the values."""
    low, middle, high = np.percentile(sample, [0.5, 50, 99.5])
    if high - middle > TAIL * (middle - low):
        return 20.0
    return 80.0 if middle - low > TAIL * (high - middle) else 50.0


def _fitted(y: AnyArray, x: AnyArray, values: AnyArray) -> AnyArray:
    """Return the six terms of the surface; blocks far from it come to count less."""
    design = np.stack([np.ones_like(y), y, x, y * y, y * x, x * x], axis=1)
    weights = np.ones_like(values)
    terms = np.zeros(6)
    for _ in range(N_REFINEMENTS):
        root = np.sqrt(weights)[:, None]
        terms = np.linalg.lstsq(design * root, values * root[:, 0], rcond=None)[0]
        residual = np.abs(values - design @ terms)
        scale = 1.4826 * float(np.median(residual))
        if scale <= 1e-9 * max(1.0, float(np.abs(values).max())):
            break
        weights = np.square(np.clip(1 - np.square(residual / (4.7 * scale)), 0, 1))
    return terms


def _terms(y: AnyArray, x: AnyArray, terms: tuple[float, ...]) -> AnyArray:
    one, ty, tx, tyy, tyx, txx = terms
    surface: AnyArray = one + ty * y + tx * x + tyy * y * y + tyx * y * x + txx * x * x
    return surface


def _places(start: int, stop: int, length: int) -> AnyArray:
    """Pixel middles as -1..1 over the whole side."""
    return (np.arange(start, stop) + 0.5) * 2 / length - 1


def _middles(n_blocks: int) -> AnyArray:
    return (np.arange(n_blocks) + 0.5) * 2 / n_blocks - 1


def _calm(levels: FloatArray) -> FloatArray:
    """Take the median of each block and its eight neighbors: one full of cells is outvoted."""
    edged = np.pad(levels, 1, mode="edge")
    height, width = levels.shape
    around = [edged[dy : dy + height, dx : dx + width] for dy in range(3) for dx in range(3)]
    return np.median(np.stack(around), axis=0).astype(np.float32)


def _weights(
    start: int, stop: int, length: int, n_blocks: int
) -> tuple[AnyArray, AnyArray, FloatArray]:
    """For each pixel: the block before, the block after, and the share of the one after."""
    position = (np.arange(start, stop) + 0.5) * n_blocks / length - 0.5
    position = np.clip(position, 0, n_blocks - 1)
    before = np.floor(position).astype(int)
    after = np.minimum(before + 1, n_blocks - 1)
    return before, after, (position - before).astype(np.float32)


def _mixed(
    values: FloatArray, weights: tuple[AnyArray, AnyArray, FloatArray], axis: int
) -> FloatArray:
    before, after, share = weights
    share = share if axis == 1 else share[:, None]
    first, second = np.take(values, before, axis), np.take(values, after, axis)
    mixed: FloatArray = first + (second - first) * share
    return mixed
