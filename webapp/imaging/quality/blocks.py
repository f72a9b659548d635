"""Compression: the borders of the 8 × 8 blocks of JPEG can be seen."""

from __future__ import annotations

import numpy as np

from webapp.imaging.quality.sample import Plane, Sample

BLOCK = 8
SMALLEST_SIDE = 64


def blockiness(sample: Sample) -> float | None:
    """Return by which share steps between pixels are larger at block borders; None if tiny.

    After Wang, Sheikh and Bovik (ICIP 2002), for any place of the grid: of the eight phases, the
    excess of the strongest over the next, in both directions.
    """
    windows = [one for one in sample.windows if min(one.shape) >= SMALLEST_SIDE]
    found = [min(_excess(window), _excess(window.T)) for window in windows]
    return max(found) if found else None


def _excess(plane: Plane) -> float:
    """Return the excess of the strongest phase of the columns over the next strongest."""
    steps = np.abs(np.diff(plane, axis=1))
    level = float(steps.mean(dtype=np.float64))
    if level <= 0:
        return 0.0
    over_neighbours = steps[:, 1:-1] - (steps[:, :-2] + steps[:, 2:]) / 2
    columns = over_neighbours.mean(axis=0, dtype=np.float64)
    phases = np.sort([float(np.median(columns[phase::BLOCK])) for phase in range(BLOCK)])
    return float(phases[-1] - phases[-2]) / level
