"""Planes as a method sees them after the steps that a run asked for; the originals stay.

Every pixel depends on its place, a few neighbors and numbers of the whole plane, so a window gives
the same values as the whole.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np

from segmentation.engine.arrays import AnyArray, FloatArray
from segmentation.engine.errors import InvalidParameters
from segmentation.engine.lazy import lazy_planes
from segmentation.engine.normalize import N_SAMPLES
from segmentation.engine.preprocessing.background import backdrop_of, light_of
from segmentation.engine.preprocessing.flat_field import FlatField
from segmentation.engine.preprocessing.settings import Preprocessing
from segmentation.engine.spool import BAND_ROWS, IN_MEMORY_BYTES
from segmentation.engine.tiling import Window

REACH = {"none": 0, "median": 1, "gaussian": 4}
_GAUSSIAN = np.exp(-0.5 * np.square(np.arange(-4, 5, dtype=np.float64)))
_KERNEL = (_GAUSSIAN / _GAUSSIAN.sum()).astype(np.float32)
# A sorting network of 19 exchanges leaves the median of nine at place 4 (Paeth, Graphics Gems).
_EXCHANGES = (
    (1, 2), (4, 5), (7, 8), (0, 1), (3, 4), (6, 7), (1, 2), (4, 5), (7, 8), (0, 3),
    (5, 8), (4, 7), (3, 6), (1, 4), (2, 5), (4, 7), (4, 2), (6, 4), (4, 2),
)  # fmt: skip

Step = Callable[[Window, FloatArray], FloatArray]
"""The values of a window of one plane, one step further."""


def prepare(
    planes: AnyArray, wanted: Preprocessing, light: Sequence[FlatField] | None = None
) -> AnyArray:
    """Return planes (C, Y, X) float32 after all steps, read by windows where they are large.

    `planes` are what `segment` takes. NaN and infinities become 0. `light`: of each channel, where
    the light of a setup is wanted. Raises `InvalidParameters` where that does not fit.
    """
    height, width = planes.shape[1:]
    fields = _fitting(light, planes.shape) if wanted.needs_light else ()
    backgrounds = cache(lambda c: fields[c].even if fields else _background_step(planes[c], wanted))
    limits = cache(lambda c: _limits(lambda window: calm(c, window), (height, width), wanted))

    def calm(c: int, window: Window) -> FloatArray:
        """After background and denoising."""
        reach = REACH[wanted.denoise]
        wide = Window(
            max(0, window.y0 - reach),
            max(0, window.x0 - reach),
            min(height, window.y1 + reach),
            min(width, window.x1 + reach),
        )
        values = planes[c, wide.y0 : wide.y1, wide.x0 : wide.x1].astype(np.float32)
        values = np.nan_to_num(values, posinf=0.0, neginf=0.0)
        values = _denoised(backgrounds(c)(wide, values), wanted.denoise)
        return values[window.y0 - wide.y0 :, window.x0 - wide.x0 :][
            : window.y1 - window.y0, : window.x1 - window.x0
        ]

    def read(c: int, window: Window) -> AnyArray:
        values = calm(c, window)
        return np.clip(values, *limits(c)) if wanted.has_limits else values

    if planes.size * np.dtype(np.float32).itemsize <= IN_MEMORY_BYTES:
        whole = Window(0, 0, height, width)
        return np.stack([read(c, whole) for c in range(len(planes))])
    return lazy_planes(planes.shape, np.dtype(np.float32), read)


def _fitting(light: Sequence[FlatField] | None, shape: tuple[int, ...]) -> Sequence[FlatField]:
    """Return the light of each channel of planes of this shape."""
    if light is None:
        raise InvalidParameters("The light of a setup is told from many images; none was given.")
    if [one.shape for one in light] != [shape[1:]] * shape[0]:
        raise InvalidParameters("The light was told from images of another size or channels.")
    return light


def _background_step(plane: AnyArray, wanted: Preprocessing) -> Step:
    """Return what takes the background of this plane away."""
    if wanted.background == "divide":
        light = light_of(plane)
        return lambda window, values: values / light.over(window)
    if wanted.background == "subtract":
        backdrop = backdrop_of(plane, wanted.window_px)
        # the level stays, so that values stay those of light
        level = np.float32(np.median(backdrop.values))
        return lambda window, values: values - backdrop.over(window) + level
    return lambda _, values: values


def _denoised(values: FloatArray, how: str) -> FloatArray:
    if how == "median":
        return _median_of_nine(values)
    return _smoothed(values) if how == "gaussian" else values


def _median_of_nine(values: FloatArray) -> FloatArray:
    """The median of each pixel and its eight neighbors; edges are repeated."""
    edged = np.pad(values, 1, mode="edge")
    height, width = values.shape
    nine = [edged[dy : dy + height, dx : dx + width] for dy in range(3) for dx in range(3)]
    for low, high in _EXCHANGES:
        nine[low], nine[high] = np.minimum(nine[low], nine[high]), np.maximum(nine[low], nine[high])
    return nine[4]


def _smoothed(values: FloatArray) -> FloatArray:
    """A Gaussian of one pixel, cut at four; edges are repeated."""
    height, width = values.shape
    reach = len(_KERNEL) // 2
    edged = np.pad(values, ((reach, reach), (0, 0)), mode="edge")
    rows = sum((edged[i : i + height] * one for i, one in enumerate(_KERNEL)), np.float32(0))
    edged = np.pad(rows, ((0, 0), (reach, reach)), mode="edge")
    both: Any = sum((edged[:, i : i + width] * one for i, one in enumerate(_KERNEL)), np.float32(0))
    smooth: FloatArray = both
    return smooth


def _limits(
    calm: Callable[[Window], FloatArray], shape: tuple[int, int], wanted: Preprocessing
) -> tuple[float, float]:
    """Return the two percentiles of a regular sample of at most about a million pixels."""
    height, width = shape
    step = max(1, int(np.ceil(np.sqrt(height * width / N_SAMPLES))))
    n_rows = max(1, BAND_ROWS // step) * step
    bands = [
        calm(Window(y, 0, min(height, y + n_rows), width))[::step, ::step]
        for y in range(0, height, n_rows)
    ]
    sample = np.concatenate(bands)
    low, high = np.percentile(sample, [wanted.low_percentile, wanted.high_percentile])
    return float(low), float(high)
