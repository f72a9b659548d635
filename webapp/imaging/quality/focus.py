"""Out of focus: the finest detail of the image is wide."""

from __future__ import annotations

import numpy as np

from webapp.imaging.quality.sample import Plane, Sample, block_means

N_OCTAVES = 7
SMALLEST_SIDE = 12
SMOOTH_RATIO = 0.33
"""A smooth surface has a quarter of the power in the next finer octave, an edge half of it."""
HIDDEN_BY_NOISE = 1.5
ROUNDING = 12**-0.5
"""Standard deviation that rounding to whole numbers adds, in steps."""


def detail_width(sample: Sample) -> float | None:
    """Return the width in px of the finest detail of the sharpest window; None if flat.

    Where the image is smooth, the power of structure falls to a quarter with every finer octave
    of scale; the width is where it begins to fall less steeply. Octaves in which noise is
    stronger than structure are not judged.
    """
    noise = max(sample.noise, ROUNDING * sample.step)
    widths = [_width(window, noise) for window in sample.windows]
    found = [width for width in widths if width is not None]
    return min(found) if found else None


def octave_powers(plane: Plane, noise: float) -> list[tuple[float, float]]:
    """Return for each octave of scale the power of structure and that of noise.

    Octave k is the difference between means of 2^k px and of 2^(k+1) px (the detail of a Haar
    pyramid: Mallat, IEEE Trans. PAMI 11:674, 1989). White noise of standard deviation s puts
    0.75 s² / 4^k into it.
    """
    powers = []
    finer = plane
    for octave in range(N_OCTAVES):
        if min(finer.shape) < SMALLEST_SIDE:
            break
        coarser = block_means(finer, 2)
        cut = finer[: coarser.shape[0] * 2, : coarser.shape[1] * 2]
        detail = float(np.var(cut, dtype=np.float64)) - float(np.var(coarser, dtype=np.float64))
        of_noise = 0.75 * noise**2 / 4**octave
        powers.append((max(0.0, detail - of_noise), of_noise))
        finer = coarser
    return powers


def _width(plane: Plane, noise: float) -> float | None:
    powers = octave_powers(plane, noise)
    if len(powers) < 3 or max(structure for structure, _ in powers) <= 0:
        return None
    first = 0
    while first < len(powers) and powers[first][1] > HIDDEN_BY_NOISE * powers[first][0]:
        first += 1
    before = 0.0
    for octave in range(first, len(powers) - 1):
        if powers[octave + 1][0] <= 0:
            return None
        ratio = powers[octave][0] / powers[octave + 1][0]
        if ratio > SMOOTH_RATIO:
            if octave == first:
                return 1.0  # sharp as far as can be seen
            part = (SMOOTH_RATIO - before) / (ratio - before)
            return float(2 ** (octave - 1 + part))
        before = ratio
    return None if first >= len(powers) - 1 else float(2 ** (len(powers) - 2))
