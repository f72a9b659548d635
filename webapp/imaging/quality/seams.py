"""Stitching seam: along a whole line the image is suddenly brighter than before it."""

from __future__ import annotations

import numpy as np

from webapp.imaging.quality.sample import Plane, Sample

REACH = 3
SMALLEST_SIDE = 64
N_STRETCHES = 4
LEAST_SHARE = 0.002
"""Of the span of the image; smaller steps are nobody's concern."""


def seam_step(sample: Sample) -> float | None:
    """Return how many times the usual step the strongest one along a row or column has.

    A step is the median, along the line, of the difference between means of 3 px on either side.
    A seam steps the same way in each quarter of the line; the weakest quarter counts. The usual
    step is the 90th percentile over all lines.
    """
    if min(sample.coarse.shape) < SMALLEST_SIDE or sample.span <= 0:
        return None
    least = LEAST_SHARE * sample.span
    return max(_strongest(plane, least) for plane in (sample.coarse, sample.coarse.T))


def _strongest(plane: Plane, least: float) -> float:
    every_other = plane[::2]  # a line of half as many pixels is as straight
    sums = np.cumsum(np.pad(every_other, ((0, 0), (1, 0))), axis=1, dtype=np.float64)
    means = (sums[:, REACH:] - sums[:, :-REACH]) / REACH
    steps = means[:, REACH:] - means[:, :-REACH]
    quarters = np.array([np.median(part, axis=0) for part in np.array_split(steps, N_STRETCHES)])
    is_one_way = np.all(quarters > 0, axis=0) | np.all(quarters < 0, axis=0)
    heights = np.where(is_one_way, np.abs(quarters).min(axis=0), 0.0)
    usual = float(np.quantile(np.abs(np.median(quarters, axis=0)), 0.9))
    return float(heights.max()) / (usual + least)
