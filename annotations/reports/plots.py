"""The numbers behind the plots of the document: bins with round edges, axes with round ticks."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

_N_BINS = 30
_SHOWN_SHARE = 99.0


def round_step(span: float, n_steps: int) -> float:
    """A step of 1, 2, 2.5 or 5 times a power of ten that covers ``span`` in about n_steps."""
    raw = span / n_steps
    magnitude = 10.0 ** math.floor(math.log10(raw))
    return next(
        factor * magnitude for factor in (1, 2, 2.5, 5, 10) if factor * magnitude >= raw * 0.999999
    )


def axis(highest: float, n_steps: int = 4, whole: bool = False) -> list[float]:
    """Round ticks from 0 to at least ``highest``; whole numbers only when they are counts."""
    step = round_step(max(highest, 1.0 if whole else 1e-12), n_steps)
    if whole and step % 1:
        step = 5.0 if step > 2 else max(1.0, math.ceil(step))
    highest = max(highest, step)
    return [step * i for i in range(math.ceil(highest / step - 1e-9) + 1)]


def histogram(values: NDArray[np.float64]) -> dict[str, Any] | None:
    """Counts in bins with round edges: {"edges", "counts", "n_beyond"}; None without values.

    The highest 1 % may lie beyond the last edge, so that one giant does not flatten the rest;
    ``n_beyond`` says how many do.
    """
    if values.size == 0:
        return None
    low, high = float(values.min()), float(np.percentile(values, _SHOWN_SHARE))
    step = round_step(max(high - low, high * 1e-3, 1e-9), _N_BINS)
    first = math.floor(low / step) * step
    n_bins = max(1, math.ceil((high - first) / step + 1e-9))
    edges = first + step * np.arange(n_bins + 1)
    counts, _ = np.histogram(values, bins=edges)
    return {
        "edges": [float(f"{edge:.9g}") for edge in edges],
        "counts": [int(n) for n in counts],
        "n_beyond": int((values > edges[-1]).sum()),
    }
