"""How large the cells of an image are, measured by the network itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from segmentation.engine.arrays import AnyArray, FloatArray

NETWORK_DIAMETER = 27.0
"""Cells are answered at this size: a little above the 24 px of the training crops, where touching
cells come apart better (AP@.5 of held-out fluorescence nuclei .804 against .794)."""
SMALLEST_FACTOR, LARGEST_FACTOR = 0.35, 3.0
TOLERANCE = 1.2
MINIMUM_FOREGROUND_PX = 100
MAXIMUM_SAMPLES = 20_000


LOOK_FACTORS = (1.0, 0.5)
LARGE_DIAMETER = 40.0
"""From this size on a third look is taken at a third of the size."""
LARGE_LOOK_FACTOR = 0.33
SMALL_DIAMETER = 18.0
"""Below this size a part of the image is looked at twice as large."""
NEAR_LOOK_FACTOR = 2.0
NEAR_LOOK_SIDE = 256
CERTAINTY_SHARPNESS = 20.0
FOREGROUND_PENALTY = 0.1
"""Certainty lost when a look sees twice or half the foreground of the first: other things."""
LARGEST_RATIO = 3.5
"""A look that sees objects this much larger than the first sees colonies, not cells."""


@dataclass(frozen=True)
class SizeEstimate:
    """The median diameter in pixels over the cells, and how sure the network is of it.

    The certainty is the mean length of the flows, 0..1: flows are long and clear where the cells
    have the size that the network knows, and fade where they do not.
    """

    diameter_px: float
    certainty: float
    foreground_share: float


def estimate_size(fields: FloatArray) -> SizeEstimate | None:
    """Read the size from fields (5, Y, X); None when hardly anything is foreground."""
    inside = fields[0] > 0.5
    n_pixels = int(inside.sum())
    if n_pixels < MINIMUM_FOREGROUND_PX:
        return None
    n_step = max(1, n_pixels // MAXIMUM_SAMPLES)
    # A large cell has more pixels than a small one: weigh pixels by the inverse of the area,
    # so that the median is one over cells.
    logs = fields[4][inside][::n_step]
    order = np.argsort(logs, kind="stable")
    weights = np.exp2(-2.0 * logs[order].astype(np.float64))
    cumulated = np.cumsum(weights)
    middle = int(np.searchsorted(cumulated, cumulated[-1] / 2))
    lengths = np.hypot(fields[1][inside][::n_step], fields[2][inside][::n_step])
    certainty = float(np.minimum(lengths, 1).mean())
    share = n_pixels / inside.size
    return SizeEstimate(float(np.exp2(logs[order[middle]])), certainty, share)


def combine(estimates: Sequence[SizeEstimate]) -> SizeEstimate:
    """Return the mean of several looks on a log scale, weighed sharply by their certainty.

    The first look is the one at full size. Looks from further away count less when they see
    another amount of foreground, and not at all when they see far larger objects.
    """
    first = estimates[0]
    estimates = [e for e in estimates if e.diameter_px <= LARGEST_RATIO * first.diameter_px]
    change = np.log2([e.foreground_share / first.foreground_share for e in estimates])
    certainties = np.array([e.certainty for e in estimates])
    certainties -= FOREGROUND_PENALTY * np.abs(change)
    weights = np.exp(CERTAINTY_SHARPNESS * (certainties - certainties.max()))
    logs = np.log([e.diameter_px for e in estimates])
    mean = float(np.exp((weights * logs).sum() / weights.sum()))
    return SizeEstimate(mean, float(certainties.max()), first.foreground_share)


def scale_factor(diameter_px: float) -> float:
    """Return the factor that brings the cells to 27 px, 1 when they are within 20 % of it."""
    factor = NETWORK_DIAMETER / max(diameter_px, 1e-3)
    if 1 / TOLERANCE <= factor <= TOLERANCE:
        return 1.0
    return float(np.clip(factor, SMALLEST_FACTOR, LARGEST_FACTOR))


def spread_windows(
    height: int, width: int, size: int, n: int, plane: AnyArray
) -> list[tuple[int, int]]:
    """Return the corners (y, x) of the `n` windows of a regular grid with the most contrast."""
    ys = np.unique(np.linspace(0, max(0, height - size), 6).astype(int))
    xs = np.unique(np.linspace(0, max(0, width - size), 6).astype(int))
    corners = [(int(y), int(x)) for y in ys for x in xs]

    def contrast(corner: tuple[int, int]) -> float:
        sample = plane[corner[0] : corner[0] + size : 4, corner[1] : corner[1] + size : 4]
        return float(np.nanstd(np.where(np.isfinite(sample), sample, np.nan).astype(np.float64)))

    return sorted(corners, key=lambda c: (-contrast(c), c))[:n]
