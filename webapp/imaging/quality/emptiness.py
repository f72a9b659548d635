"""Empty: nothing in the image stands out from its background."""

from __future__ import annotations

import numpy as np

from webapp.imaging.quality.sample import Plane, Sample, block_means

SIDE = 8
LEAST_BLOCKS = 4
SPAN_OF_NOISE = 5.15
"""From the 0.5th to the 99.5th percentile of a normal distribution, in standard deviations."""
STEPS_OF_ROUNDING = 0.25


def emptiness(sample: Sample) -> float | None:
    """Return how much of the differences between places noise alone explains: 1 is all.

    Expected span of means of 8 × 8 px if there were only noise, over the span that there is
    after a smooth background is taken away; the window with the most to see counts.
    """
    if sample.span <= 0:
        return 1.0
    windows = [one for one in sample.windows if min(one.shape) >= LEAST_BLOCKS * SIDE]
    if not windows:
        return None
    span = max(_span(window) for window in windows)
    expected = SPAN_OF_NOISE * sample.noise / SIDE + STEPS_OF_ROUNDING * sample.step
    return min(10.0, expected / span) if span > 0 else 1.0


def _span(window: Plane) -> float:
    """Return the span of the block means without their quadratic background."""
    means = block_means(window, SIDE)
    height, width = means.shape
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    terms = np.stack([np.ones_like(x), x, y, x * y, x**2, y**2], -1).reshape(-1, 6)
    found = np.linalg.lstsq(terms, means.ravel(), rcond=None)[0]
    low, high = np.percentile(means.ravel() - terms @ found, (0.5, 99.5))
    return float(high - low)
