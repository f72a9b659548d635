"""Saturated: pixels as bright as the camera or the file can say, so that brighter ones are lost."""

from __future__ import annotations

import numpy as np

from webapp.imaging.quality.sample import Sample


def saturated_share(sample: Sample) -> float | None:
    """Return the share of pixels that have the largest value of the plane; None for floats.

    Not the largest of the type: cameras of 12 or 14 bit end below the range of the file. Of an
    image that is not saturated, hardly a pixel has it.
    """
    if not sample.is_whole_numbers:
        return None
    top = max(float(window.max()) for window in sample.windows)
    low = min(float(window.min()) for window in sample.windows)
    if top <= low:
        return None
    n_pixels = sum(window.size for window in sample.windows)
    return sum(int(np.count_nonzero(window >= top)) for window in sample.windows) / n_pixels
