"""Stitching seam: from one line to the next the image is suddenly brighter or darker."""

from __future__ import annotations

import numpy as np

from webapp.imaging.quality.sample import Plane, Sample

SMALLEST_SIDE = 64
N_STRETCHES = 8
N_AGREEING = 5
REACH = 12
WIDTH = 2
"""Lines over which the step of a seam spreads where it falls within a pixel of the picture."""
MARGIN = 0.03
"""Of the width, at least 4 px: the last lines of a camera or of a rotated picture are no seam."""
USUAL = 0.9
LEAST_SHARE = 0.002
"""Of the span of the image; smaller steps are nobody's concern."""


def seam_step(sample: Sample) -> float | None:
    """Return how many times larger the step at one row or column is than any near it.

    None for tiny planes. A step is the median difference to the next line, over an eighth of the
    line. It is compared with the steps of the 12 lines on either side and with the 90th percentile
    of all; the fifth best eighth counts, so a seam may be hidden by cells in three. Steps may go up
    in one eighth and down in another, as where four tiles meet. A border of something is no seam,
    because its steps spread over many lines, and a bright or dark line has its opposite beside it.
    """
    if min(sample.coarse.shape) < SMALLEST_SIDE or sample.span <= 0:
        return None
    least = np.float32(LEAST_SHARE * sample.span)
    across = np.ascontiguousarray(sample.coarse.T)
    return max(_strongest(plane, least) for plane in (sample.coarse, across))


def _strongest(plane: Plane, least: np.float32) -> float:
    """Return the number of the column (of a plane Y, X) that stands out most."""
    steps = _steps(plane)
    usual = np.quantile(np.abs(steps), USUAL, axis=1, keepdims=True)
    ratios = np.abs(steps) / (np.maximum(_largest_near(steps), usual) + least)
    margin = max(4, int(MARGIN * plane.shape[1]))
    inner = ratios[:, margin:-margin]
    rank = N_STRETCHES - N_AGREEING
    return float(np.partition(inner, rank, axis=0)[rank].max())


def _steps(plane: Plane) -> Plane:
    """Return the median steps (8, X - 1) from each column to the next.

    Sorting contiguous stretches takes a third of the time of a median along the other axis.
    """
    length = plane.shape[0] // N_STRETCHES
    steps = np.diff(plane[: length * N_STRETCHES], axis=1)
    stretches = steps.reshape(N_STRETCHES, length, -1).transpose(0, 2, 1)
    ranked = np.sort(stretches, axis=-1)
    middle = ranked[..., [(length - 1) // 2, length // 2]]
    medians: Plane = middle.mean(axis=-1, dtype=np.float32)
    return medians


def _largest_near(steps: Plane) -> Plane:
    """Return for each step the largest of its neighbours; beside it, of those that undo it."""
    n = steps.shape[1]
    padded = np.pad(steps, ((0, 0), (REACH, REACH)), mode="edge")
    largest = np.zeros_like(steps)
    for away in range(1, REACH + 1):
        for start in (REACH - away, REACH + away):
            other = padded[:, start : start + n]
            against = np.abs(other) if away > WIDTH else -np.sign(steps) * other
            np.maximum(largest, against, out=largest)
    return largest
