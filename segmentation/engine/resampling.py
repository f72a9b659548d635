"""Scale images so that every pixel is the same whatever window of it is asked for.

Bilinear where an image grows; where it shrinks, the triangle is as wide as the step, so that
nothing is left out. The weights belong to places in the whole image: a window gives exactly the
pixels that the whole gives.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from segmentation.engine.arrays import AnyArray, FloatArray, IntArray


@dataclass(frozen=True)
class Taps:
    """For each place along an axis: the first source place (N,) and the weights (N, K) from it."""

    first: IntArray
    weights: FloatArray

    @property
    def source(self) -> tuple[int, int]:
        """The half-open range of source places that are read."""
        return int(self.first[0]), int(self.first[-1]) + self.weights.shape[1]


def taps(n_source: int, n_target: int, start: int, stop: int, *, is_smooth: bool = True) -> Taps:
    """Return how the places start..stop of an axis of `n_target` come from one of `n_source`.

    Without `is_smooth` only the two nearest places are read, also where the image shrinks.
    """
    step = n_source / n_target
    reach = max(1.0, step) if is_smooth else 1.0
    middle = (np.arange(start, stop) + 0.5) * step - 0.5
    n_taps = min(n_source, int(np.ceil(2 * reach)) + 1)
    first = np.clip(np.floor(middle - reach).astype(np.int64) + 1, 0, n_source - n_taps)
    distance = np.abs(
        first[:, None] + np.arange(n_taps) - np.clip(middle, 0, n_source - 1)[:, None]
    )
    weights = np.clip(1 - distance / reach, 0, None)
    weights /= weights.sum(axis=1, keepdims=True)
    return Taps(first, weights.astype(np.float32))


def resized(planes: AnyArray, size: tuple[int, int], *, is_smooth: bool = True) -> FloatArray:
    """Return whole planes (K, Y, X) in another size, float32.

    The scaling of torch rounds by the number of threads, this does not.
    """
    rows = taps(planes.shape[1], size[0], 0, size[0], is_smooth=is_smooth)
    columns = taps(planes.shape[2], size[1], 0, size[1], is_smooth=is_smooth)
    return resample(planes, rows, columns, (0, 0))


def resample(source: AnyArray, rows: Taps, columns: Taps, corner: tuple[int, int]) -> FloatArray:
    """Return planes (K, N, M) float32 from a part (K, h, w) of the source that starts at `corner`.

    The part must hold what `rows.source` and `columns.source` say.
    """
    n_planes = len(source)
    scaled = np.empty((n_planes, len(rows.first), source.shape[2]), np.float32)
    _mix_rows(source, rows.first - corner[0], rows.weights, scaled)
    out = np.empty((n_planes, len(rows.first), len(columns.first)), np.float32)
    _mix_columns(scaled, columns.first - corner[1], columns.weights, out)
    return out


@njit(cache=True, nogil=True)
def _mix_rows(source: AnyArray, first: IntArray, weights: FloatArray, out: FloatArray) -> None:
    for p in range(out.shape[0]):
        for i in range(out.shape[1]):
            for k in range(weights.shape[1]):
                weight = weights[i, k]
                line = source[p, first[i] + k]
                if k == 0:
                    for j in range(out.shape[2]):
                        out[p, i, j] = weight * np.float32(line[j])
                else:
                    for j in range(out.shape[2]):
                        out[p, i, j] += weight * np.float32(line[j])


@njit(cache=True, nogil=True)
def _mix_columns(source: FloatArray, first: IntArray, weights: FloatArray, out: FloatArray) -> None:
    for p in range(out.shape[0]):
        for i in range(out.shape[1]):
            for j in range(out.shape[2]):
                total = np.float32(0)
                for k in range(weights.shape[1]):
                    total += weights[j, k] * source[p, i, first[j] + k]
                out[p, i, j] = total


class RowScaler:
    """Takes the rows of planes (K, Y, X) uint8 top to bottom and gives those of another size."""

    def __init__(
        self, source: tuple[int, int], target: tuple[int, int], *, is_smooth: bool
    ) -> None:
        self.source = source
        self.target = target
        self.is_smooth = is_smooth
        self._columns = taps(source[1], target[1], 0, target[1], is_smooth=is_smooth)
        self._rows = taps(source[0], target[0], 0, target[0], is_smooth=is_smooth)
        self._waiting: AnyArray | None = None
        self._top = 0
        self._n_given = 0

    def scale(self, rows: AnyArray) -> AnyArray:
        """Take the next rows (K, n, X); return all rows (K, m, X') that can be made by now."""
        if self.source == self.target:
            return rows
        waiting = rows if self._waiting is None else np.concatenate([self._waiting, rows], axis=1)
        bottom = self._top + waiting.shape[1]
        ends = self._rows.first + self._rows.weights.shape[1]
        n_ready = int(np.searchsorted(ends, bottom, side="right"))
        part = Taps(
            self._rows.first[self._n_given : n_ready], self._rows.weights[self._n_given : n_ready]
        )
        self._n_given = n_ready
        scaled = resample(waiting, part, self._columns, (self._top, 0))
        keep = min(int(self._rows.first[n_ready]), bottom) if n_ready < len(ends) else bottom
        self._waiting = waiting[:, keep - self._top :].copy()
        self._top = keep
        return np.rint(scaled).astype(np.uint8)
