"""The light of a setup, told from many images of it: what they share is the microscope.

A pixel says dark + light * (haze + cell). The form of the light is told from what lies behind the
cells, which every image has everywhere; how much of that is light and how much the camera adds
regardless is told from the cells, whose contrast falls off with the light but knows no offset. Each
plane leaves five numbers a block, so memory does not grow with the images, and time is linear.

After the ideas of K. Smith et al., CIDRE, Nature Methods 12:404, 2015 (one light and one dark
offset from all images of a setup) and of CellProfiler's illumination function over all images.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from segmentation.engine.arrays import AnyArray, FloatArray
from segmentation.engine.errors import InvalidParameters
from segmentation.engine.preprocessing.flat_field import (
    EVEN,
    LOWEST_LIGHT,
    POWERS,
    FlatField,
    SharedLight,
    places,
    surface,
)

FEWEST_IMAGES = 12
MOST_IMAGES = 48
"""More bring little: their cells stand elsewhere, the microscope stays (figures in ABLATIONS)."""
N_BLOCKS = 16
"""Along a side."""
BANDS = ((0, 4), (5, 35), (35, 65), (65, 95), (96, 100))
"""Of the pixels of a block, in percent from dark to bright; means of them tell parts of a step."""
TAIL = 1.5
WITH_CELLS = 0.25
"""Blocks with less than this share of the contrast of the best ones hold no cell."""
FEWEST_CELLS = 3
"""In so many images a block must hold a cell to say anything of it."""
LEAST_ERROR = 1e-3
FAR_APART = 9.0
N_CANDIDATES = 200
N_PASSES = 4
N_REFINEMENTS = 8
DECIMALS = 7


@dataclass(frozen=True)
class Level:
    """A value for each block (B,), and how far it is to be trusted: its standard error."""

    values: AnyArray
    errors: AnyArray


def too_few(n_images: int) -> str:
    """Return the sentence for fewer images than a light is told from."""
    found = "only one is" if n_images == 1 else f"only {n_images} are"
    return (
        f"One light for all images needs at least {FEWEST_IMAGES} images of the same setup, size, "
        f"pixel type and channels; {found} here. Even out each image by itself, or add images."
    )


def shared_light_of(images: Iterable[tuple[str, AnyArray]], shape: tuple[int, int]) -> SharedLight:
    """Tell the light from images: the name of each and its planes (C, y, x), smaller copies.

    `shape`: height and width of the images themselves. One image is in memory at a time. Raises
    `InvalidParameters` for fewer than twelve.
    """
    names: list[str] = []
    blocks: list[FloatArray] = []
    for name, planes in images:
        names.append(name)
        blocks.append(np.stack([blocks_of(plane) for plane in planes]))
    if len(names) < FEWEST_IMAGES:
        raise InvalidParameters(too_few(len(names)))
    tables = np.stack(blocks)
    fields = tuple(flat_field_of(tables[:, c], shape) for c in range(tables.shape[1]))
    return SharedLight(fields, tuple(names))


def blocks_of(plane: AnyArray) -> FloatArray:
    """Return the levels of the blocks of a plane (Y, X) as (5, 16, 16); small planes fewer.

    Not numbers count as 0. Read from every pixel: give a smaller copy of a large image.
    """
    clean = np.nan_to_num(np.asarray(plane, np.float32), posinf=0.0, neginf=0.0)
    n_rows, n_columns = (min(N_BLOCKS, n) for n in clean.shape)
    found = np.empty((len(BANDS), n_rows, n_columns), np.float32)
    for i, rows in enumerate(np.array_split(clean, n_rows)):
        for j, block in enumerate(np.array_split(rows, n_columns, axis=1)):
            found[:, i, j] = _band_means(np.sort(block, axis=None))
    return found


def _band_means(values: FloatArray) -> list[float]:
    last = len(values) - 1
    return [
        float(values[a * last // 100 : b * last // 100 + 1].mean(dtype=np.float64))
        for a, b in BANDS
    ]


def flat_field_of(blocks: AnyArray, shape: tuple[int, int]) -> FlatField:
    """Tell the light from `blocks_of` many planes (N, 5, h, w), of images of this shape.

    The same whatever the order of the planes.
    """
    n_rows, n_columns = blocks.shape[2:]
    tables = blocks.reshape(len(blocks), len(BANDS), -1).astype(np.float64)
    behind, beyond = _behind_and_beyond(tables)
    level = np.median(behind, axis=1, keepdims=True)
    is_lit = level[:, 0] > 0
    if not is_lit.any():
        return FlatField(EVEN, 0.0, shape)
    tables, behind, level = tables[is_lit], behind[is_lit], level[is_lit]
    beyond = None if beyond is None else beyond[is_lit]
    seen = _typical(behind / level)
    grid = _Grid(n_rows, n_columns)
    share, light = (1.0, 0.0), np.ones(n_rows * n_columns)
    for _ in range(N_PASSES if beyond is not None else 1):
        from_cells = _contrast(np.abs(beyond - behind), light) if beyond is not None else None
        share = _share(seen, from_cells, _most(tables, level))
        terms = grid.fitted(_together(seen, from_cells, share))
        light = grid.over(terms)
    dark = float(np.median(level)) * (1 - 1 / share[0])
    return FlatField(tuple(round(float(t), DECIMALS) for t in terms), round(dark, 4), shape)


def _behind_and_beyond(tables: AnyArray) -> tuple[AnyArray, AnyArray | None]:
    """The level behind the cells and that of the cells; cells are the longer tail of the values."""
    lowest, low, middle, high, highest = np.moveaxis(tables, 1, 0)
    up, down = np.mean(highest - middle), np.mean(middle - lowest)
    if up > TAIL * down:
        return low, highest
    return (high, lowest) if down > TAIL * up else (middle, None)


def _typical(ratios: AnyArray) -> Level:
    """The mean of the middle half of the images, and its error; NaN says nothing."""
    low, high = np.nanpercentile(ratios, (25, 75), axis=0)
    middle = np.nanmean(np.where((ratios >= low) & (ratios <= high), ratios, np.nan), axis=0)
    # that of all blocks: a few images say little of how far one block is to be trusted
    spread = float(np.nanmedian(high - low)) / 1.349
    errors = 1.2 * spread / np.sqrt(np.maximum(np.isfinite(ratios).sum(axis=0), 1))
    mean = float(middle.mean())
    if not mean > 0:
        return Level(np.ones_like(middle), np.ones_like(middle))
    return Level(middle / mean, np.maximum(errors / mean, LEAST_ERROR))


def _contrast(contrast: AnyArray, light: AnyArray) -> Level | None:
    """How cells stand out in each block, against their image; None where too few hold any."""
    even = contrast / light
    best = np.percentile(even, 90, axis=1, keepdims=True)
    has_cell = (even > WITH_CELLS * best) & (best > 0)
    if not has_cell.any():
        return None
    usual = np.array(
        [np.median(e[h]) if h.any() else np.nan for e, h in zip(even, has_cell, strict=True)]
    )
    ratios = np.where(has_cell, contrast / usual[:, None], np.nan)
    enough = has_cell.sum(axis=0) >= FEWEST_CELLS
    if enough.mean() < 0.5:
        return None
    ratios[:, ~enough] = 1.0
    found = _typical(ratios)
    return Level(found.values, np.where(enough, found.errors, 1e3))


def _most(tables: AnyArray, level: AnyArray) -> float:
    """The largest share: no pixel is darker than what the camera adds."""
    darkest = float(np.median(tables[:, 0].min(axis=1) / level[:, 0]))
    return 1 / max(1 - darkest, 1e-3)


def _share(seen: Level, cells: Level | None, most: float) -> tuple[float, float]:
    """By how much the light falls off more than the level behind the cells, and the error of it.

    The likeliest of a row of candidates, with the errors of both surfaces. At least 1, as a camera
    takes nothing away.
    """
    if cells is None:
        return 1.0, 0.0
    candidates = np.geomspace(1, max(most, 1.01), N_CANDIDATES)
    variance = np.square(cells.errors) + np.square(candidates[:, None] * seen.errors)
    apart = np.square(cells.values - 1 - candidates[:, None] * (seen.values - 1)) / variance
    cost = (np.minimum(apart, FAR_APART) + np.log(variance)).sum(axis=1)
    likely = candidates[cost <= cost.min() + 1]
    return float(candidates[np.argmin(cost)]), float(likely[-1] - likely[0]) / 2


def _together(seen: Level, cells: Level | None, share: tuple[float, float]) -> Level:
    """Both surfaces, each with the weight that it deserves."""
    times, doubt = share
    form = seen.values - 1
    behind = Level(1 + form * times, np.hypot(seen.errors * times, form * doubt))
    if cells is None:
        return behind
    first, second = 1 / np.square(behind.errors), 1 / np.square(cells.errors)
    return Level(
        (behind.values * first + cells.values * second) / (first + second),
        1 / np.sqrt(first + second),
    )


class _Grid:
    """The blocks as places of a smooth surface."""

    def __init__(self, n_rows: int, n_columns: int) -> None:
        self.y, self.x = places(0, n_rows, n_rows), places(0, n_columns, n_columns)
        y, x = np.meshgrid(self.y, self.x, indexing="ij")
        self.design = np.stack([(y**i * x**j).ravel() for i, j in POWERS], axis=1)

    def over(self, terms: AnyArray) -> AnyArray:
        """Return the surface at every block (B,), never below a tenth of the mean."""
        return np.maximum(surface(self.y, self.x, tuple(terms)).ravel(), LOWEST_LIGHT)

    def fitted(self, level: Level) -> AnyArray:
        """Return the terms of the surface with the mean 1; blocks far from it count less."""
        sure = 1 / np.maximum(level.errors, np.median(level.errors) / 3)
        weights = np.ones_like(sure)
        for _ in range(N_REFINEMENTS):
            root = (sure * np.sqrt(weights))[:, None]
            terms = np.linalg.lstsq(self.design * root, level.values * root[:, 0], rcond=None)[0]
            residual = np.abs(level.values - self.design @ terms) * sure
            scale = 1.4826 * float(np.median(residual))
            if scale <= 1e-9:
                break
            weights = np.square(np.clip(1 - np.square(residual / (4.7 * scale)), 0, 1))
        mean = float((self.design @ terms).mean())
        if not np.isfinite(mean) or mean <= 0:
            return np.array(EVEN)
        found: AnyArray = terms / mean
        return found
