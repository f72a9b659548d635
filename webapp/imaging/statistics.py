"""Range, histogram and automatic contrast of a channel, gathered while pixels stream by."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

N_BINS = 64
CONTRAST_PERCENTILES = (0.35, 99.65)
N_SAMPLED_PIXELS = 1_000_000


class ChannelStatistics:
    """The exact range and a regular sample of one channel over all its planes."""

    def __init__(self, n_planes: int, height: int, width: int) -> None:
        self.minimum = math.inf
        self.maximum = -math.inf
        self._stride = max(1, math.ceil(math.sqrt(n_planes * height * width / N_SAMPLED_PIXELS)))
        self._stride = min(self._stride, height, width)
        self._samples: list[NDArray[Any]] = []

    def add(self, row: int, pixels: NDArray[Any]) -> None:
        """Take in rows `row`.. of a plane: pixels (rows, X), all finite."""
        self.minimum = min(self.minimum, float(pixels.min()))
        self.maximum = max(self.maximum, float(pixels.max()))
        first = -row % self._stride
        self._samples.append(pixels[first :: self._stride, :: self._stride].ravel())

    def sample(self) -> NDArray[Any]:
        """Return the sampled pixels, one dimension."""
        return np.concatenate(self._samples)


def histogram(sample: NDArray[Any], minimum: float, maximum: float) -> tuple[int, ...]:
    """Return 64 counts over minimum..maximum; a constant channel falls into the first bin."""
    if not minimum < maximum:
        return (int(sample.size),) + (0,) * (N_BINS - 1)
    position = (sample.astype(np.float64) - minimum) * (N_BINS / (maximum - minimum))
    bins = np.minimum(position.astype(np.int64), N_BINS - 1)
    return tuple(int(count) for count in np.bincount(bins, minlength=N_BINS))


def automatic_contrast(sample: NDArray[Any], minimum: float, maximum: float) -> tuple[float, float]:
    """Return the low and high value shown as black and white, low < high always."""
    low, high = (float(value) for value in np.percentile(sample, CONTRAST_PERCENTILES))
    if not low < high:
        low, high = minimum, maximum
    return (low, high) if low < high else (low, low + 1.0)
