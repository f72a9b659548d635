"""What the numbers of quality are computed from: some windows at full size and a coarse picture."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.float32]

COARSE_SIDE = 512
LIGHT_MEDIAN = 0.45
"""Fluorescence lies on black: its median is below that share of the range, as `role_content`."""


@dataclass(frozen=True)
class Sample:
    """One plane of one channel, as far as it is looked at.

    `windows` are parts (Y, X) at full resolution, `coarse` is the whole plane (Y, X), made of
    means and at most 512 a side.
    """

    windows: tuple[Plane, ...]
    coarse: Plane
    is_whole_numbers: bool = True

    @classmethod
    def of(cls, plane: NDArray[Any]) -> Sample:
        """Return the sample that is all of a plane (Y, X) in memory."""
        whole = plane.astype(np.float32)
        step = 1
        while max(whole.shape) / step > COARSE_SIDE:
            step *= 2
        return cls((whole,), block_means(whole, step), plane.dtype.kind in "ui")

    @cached_property
    def noise(self) -> float:
        """Standard deviation of what changes from pixel to pixel, in grey values."""
        return float(np.median([pixel_noise(window) for window in self.windows]))

    @cached_property
    def step(self) -> float:
        """The smallest distance between grey values that occur; 0 for floats."""
        if not self.is_whole_numbers:
            return 0.0
        values = np.unique(np.concatenate([window[::3, ::3].ravel() for window in self.windows]))
        return float(np.diff(values).min()) if len(values) > 1 else 0.0

    @cached_property
    def limits(self) -> tuple[float, float]:
        """Grey values below and above which 0.5 % of the coarse pixels lie."""
        low, high = np.percentile(self.coarse, (0.5, 99.5))
        return float(low), float(high)

    @property
    def span(self) -> float:
        """Distance between the dark and the bright end of the coarse picture."""
        return self.limits[1] - self.limits[0]

    @cached_property
    def is_light(self) -> bool:
        """Whether the background is light, as in brightfield, phase contrast and stained tissue."""
        low, high = self.limits
        return high > low and (float(np.median(self.coarse)) - low) / (high - low) > LIGHT_MEDIAN


def pixel_noise(plane: Plane) -> float:
    """Return the standard deviation of pixel noise in a plane (Y, X); 0 when it is too small.

    The mask of Immerkær (CVIU 64:300, 1996) lets nothing pass that is flat or a slope; the
    median of what passes, instead of the mean, ignores edges.
    """
    if min(plane.shape) < 3:
        return 0.0
    rows = plane[:-2] - 2 * plane[1:-1] + plane[2:]
    mask = rows[:, :-2] - 2 * rows[:, 1:-1] + rows[:, 2:]
    return float(np.median(np.abs(mask[::3, ::3]))) / 0.6745 / 6


def block_means(plane: Plane, side: int) -> Plane:
    """Return the means (Y // side, X // side) of whole blocks; a smaller side is one block."""
    rows, columns = (min(side, n) for n in plane.shape)
    height, width = plane.shape[0] // rows, plane.shape[1] // columns
    cut = plane[: height * rows, : width * columns]
    means: Plane = cut.reshape(height, rows, width, columns).mean((1, 3), dtype=np.float32)
    return means
