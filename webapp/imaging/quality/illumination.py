"""Uneven illumination: the background is brighter on one side, or in the middle, than elsewhere."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from webapp.imaging.quality.sample import Plane, Sample

GRID = 12
LIGHT_QUANTILE, DARK_QUANTILE = 0.7, 0.25
SMALLEST_SIDE = 48
N_ROUNDS = 3


def unevenness(sample: Sample) -> float | None:
    """Return how far the background rises across the plane, as a share; None for tiny planes.

    A quadratic surface is fitted to the background of 12 × 12 fields; fields that do not fit are
    given less weight (as Lindblad and Bengtsson, SCIA 2001, do with splines). Light backgrounds:
    range of the surface over its mean. Dark ones: range over the span of the image. Times the
    square of the share of variance that the surface explains: a crowd of cells is no gradient.
    """
    if min(sample.coarse.shape) < SMALLEST_SIDE or sample.span <= 0:
        return None
    quantile = LIGHT_QUANTILE if sample.is_light else DARK_QUANTILE
    surface, explained = _fit(_background(sample.coarse, quantile))
    scale = float(surface.mean()) if sample.is_light else sample.span
    return explained**2 * float(np.ptp(surface)) / scale if scale > 0 else None


def _background(coarse: Plane, quantile: float) -> NDArray[np.float64]:
    """Return that quantile of each of 12 × 12 fields."""
    rows = np.array_split(coarse, GRID, axis=0)
    fields = [np.array_split(row, GRID, axis=1) for row in rows]
    return np.array([[np.quantile(field, quantile) for field in row] for row in fields])


def _fit(background: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
    """Return the fitted surface (12, 12) and the share of the variance that it explains."""
    y, x = np.mgrid[-1 : 1 : GRID * 1j, -1 : 1 : GRID * 1j]
    terms = np.stack([np.ones_like(x), x, y, x * y, x**2, y**2], -1).reshape(-1, 6)
    values, rest = background.ravel(), np.zeros(GRID * GRID)
    weights = np.ones(GRID * GRID)
    for _ in range(N_ROUNDS):
        root = np.sqrt(weights)
        found = np.linalg.lstsq(terms * root[:, None], values * root, rcond=None)[0]
        rest = values - terms @ found
        scale = 1.4826 * float(np.median(np.abs(rest))) + 1e-12
        weights = 1 / (1 + (rest / (2 * scale)) ** 2)
    total = float(np.var(values))
    explained = max(0.0, 1 - float(np.var(rest)) / total) if total > 0 else 0.0
    return (terms @ found).reshape(GRID, GRID), explained
