"""Out of focus: even the sharper ones of the strongest edges are soft."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from webapp.imaging.quality.sample import Plane, Sample, block_means

SMALLEST_SIDE = 24
N_OCTAVES = 4
STRONGEST = 98
"""Percentile of the gradients from which on a place is on an edge."""
SHARPER = 92
"""Percentile of the edges: outlines have soft parts also where the image is in focus."""
OVER_NOISE = 6.0
SOFTEST = 12.0
ROUNDING = 12**-0.5
"""Standard deviation that rounding to whole numbers adds, in steps."""
FINE_VARIANCE = 1.0
COARSE_VARIANCE = 0.25 + 4.0 + 4 / 3
"""Of what smooths along the gradient, in px²: means of 2 px, a binomial of five, a difference."""
_BINOMIAL = np.array([1, 4, 6, 4, 1], np.float32) / 16
_AWAY = np.arange(-3.5, 4.0, dtype=np.float32)
_BELL = np.exp(-np.square(_AWAY) / (2 * FINE_VARIANCE)) / np.sqrt(2 * np.pi * FINE_VARIANCE)
_SLOPE = _BELL * _AWAY / FINE_VARIANCE
NOISE_GAIN = float(np.sqrt(2) * np.linalg.norm(np.outer(_BELL, _SLOPE)))
"""Gradient that white noise of standard deviation 1 has on average (root of the mean square)."""

Places = tuple[NDArray[Any], ...]


def edge_softness(sample: Sample) -> float | None:
    """Return by how many px the edges of the sharpest window are blurred; None if there are none.

    The standard deviation of the Gaussian that makes a step as wide as the edges are. An edge is
    flatter the more it is smoothed; how much flatter tells how soft it was (re-blurring: Zhuo and
    Sim, Pattern Recognition 44:1852, 2011). Where noise hides the edges, a coarser octave is asked.
    """
    noise = max(sample.noise, ROUNDING * sample.step)
    found = [softness for one in sample.windows if (softness := _softness(one, noise)) is not None]
    return min(found) if found else None


def _softness(plane: Plane, noise: float) -> float | None:
    for octave in range(N_OCTAVES):
        if min(plane.shape) < SMALLEST_SIDE:
            return None
        half = block_means(plane, 2)
        gradients = _coarse_gradients(half)
        level = np.percentile(gradients[::2, ::2], STRONGEST)
        places = np.nonzero(gradients >= level) if level > 0 else None
        if places is not None:
            fine = _fine_gradients(plane, places)
            if np.median(fine) > OVER_NOISE * NOISE_GAIN * noise / 2**octave:
                ratio = float(np.percentile(fine / gradients[places], SHARPER))
                return float(2**octave * _blur(ratio))
        plane = half
    return None


def _blur(ratio: float) -> float:
    """Return the standard deviation in px of the edge that is that much flatter when smoothed."""
    if ratio <= 1:
        return SOFTEST
    rest = COARSE_VARIANCE - ratio**2 * FINE_VARIANCE
    return min(SOFTEST, float(np.sqrt(max(0.0, rest) / (ratio**2 - 1))))


def _coarse_gradients(half: Plane) -> Plane:
    """Return the gradients (Y - 6, X - 6), by px of twice the resolution, of the smoothed plane."""
    for _ in (0, 1):
        n = half.shape[0] - 4
        half = sum(half[i : i + n] * weight for i, weight in enumerate(_BINOMIAL)).T
    y, x = half[2:, 1:-1] - half[:-2, 1:-1], half[1:-1, 2:] - half[1:-1, :-2]
    gradients: Plane = np.hypot(y, x) / np.float32(4)
    return gradients


def _fine_gradients(plane: Plane, places: Places) -> Plane:
    """Return the gradients of the plane, smoothed by 1 px, at places of the coarse gradients."""
    y, x = (2 * (place + 3) - 3 for place in places)
    across = np.arange(8)
    patches = plane[(y[:, None] + across)[:, :, None], (x[:, None] + across)[:, None, :]]
    gradients: Plane = np.hypot(_SLOPE @ patches @ _BELL, _BELL @ patches @ _SLOPE)
    return gradients
