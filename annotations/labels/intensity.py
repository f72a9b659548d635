"""Intensity statistics of all objects of a plane: mean, sd, minimum, maximum, median, sum."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from annotations.labels.row_runs import RowRuns

STATISTICS = ("mean", "sd", "min", "max", "median", "sum")


def intensity_statistics(
    runs: RowRuns, image: NDArray[np.generic]
) -> dict[str, NDArray[np.float64]]:
    """The `STATISTICS` of ``image``, (Y, X) of any number type, one float64 per object.

    Sums are taken in double precision: exact for 8 and 16 bit. The sd is that of the population
    (ddof 0). The median of an even number of pixels is the mean of the two in the middle.
    """
    order = np.argsort(runs.index, kind="stable")
    areas = runs.total(runs.x1 - runs.x0)
    offsets = np.concatenate(([0], np.cumsum(areas)))
    values = np.empty(int(offsets[-1]), dtype=image.dtype)
    _gather(image, runs.y[order], runs.x0[order], runs.x1[order], values)
    table = np.empty((len(STATISTICS), runs.n_objects))
    _summarize(values, offsets, table)
    return dict(zip(STATISTICS, table, strict=True))


@njit(cache=True)
def _gather(
    image: NDArray[np.generic],
    y: NDArray[np.int64],
    x0: NDArray[np.int64],
    x1: NDArray[np.int64],
    values: NDArray[np.generic],
) -> None:
    """Copy the pixels of the runs, one run after the other."""
    position = 0
    for run in range(y.size):
        for x in range(x0[run], x1[run]):
            values[position] = image[y[run], x]
            position += 1


@njit(cache=True)
def _summarize(
    values: NDArray[np.generic], offsets: NDArray[np.int64], table: NDArray[np.float64]
) -> None:
    for number in range(offsets.size - 1):
        own = np.sort(values[offsets[number] : offsets[number + 1]])
        n_pixels = own.size
        total = 0.0
        for value in own:
            total += np.float64(value)
        mean = total / n_pixels
        squares = 0.0
        for value in own:
            squares += (np.float64(value) - mean) ** 2
        middle = n_pixels // 2
        median = np.float64(own[middle])
        if n_pixels % 2 == 0:
            median = (np.float64(own[middle - 1]) + median) / 2.0
        table[0, number] = mean
        table[1, number] = np.sqrt(squares / n_pixels)
        table[2, number] = np.float64(own[0])
        table[3, number] = np.float64(own[-1])
        table[4, number] = median
        table[5, number] = total
