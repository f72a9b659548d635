"""Low signal: what the image shows hardly differs from its noise, or has few grey values."""

from __future__ import annotations

import numpy as np

from webapp.imaging.quality.sample import Sample, block_means

SIDE = 4


def noise_share(sample: Sample) -> float | None:
    """Return noise over signal; None for planes of one value.

    Signal is the distance from the 1st to the 99.5th percentile of means of 4 × 4 px, noise the
    standard deviation from pixel to pixel, or the distance of two grey values if that is larger.
    A dark background is no low signal: only differences count.
    """
    spans = []
    for window in sample.windows:
        low, high = np.percentile(block_means(window, SIDE), (1, 99.5))
        spans.append(float(high - low))
    span = max(spans)
    return max(sample.noise, sample.step) / span if span > 0 else None
