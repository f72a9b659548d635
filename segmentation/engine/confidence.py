"""How likely is a found cell right? A probability, calibrated on images held out of training.

The evidence of a cell is read from the fields (see `judge_objects`); a logistic regression turns
it into the probability that the cell overlaps the true one with an IoU above 0.7.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from segmentation.engine.arrays import AnyArray, FloatArray

RIGHT_IOU = 0.7
N_FEATURES = 5
N_NEWTON_STEPS = 30
RIDGE = 1e-4
N_BINS = 10


@dataclass(frozen=True)
class Calibration:
    """The intercept and the slopes (5,) of the logistic regression over `features_of`."""

    intercept: float
    slopes: tuple[float, ...]

    def probabilities(self, evidence: AnyArray) -> FloatArray:
        """Return the probability (N,) of each cell, 0..1, from its evidence rows (N, 4)."""
        score = self.intercept + features_of(evidence) @ np.array(self.slopes)
        probabilities: FloatArray = (1 / (1 + np.exp(-score))).astype(np.float32)
        return probabilities


def raw_confidences(evidence: AnyArray) -> FloatArray:
    """Return the geometric mean (N,) of agreement, foreground and boundary contrast."""
    product = np.clip(evidence[:, 1:], 1e-3, 1).prod(axis=1)
    confidences: FloatArray = np.cbrt(product).astype(np.float32)
    return confidences


def features_of(evidence: AnyArray) -> AnyArray:
    """Return the features (N, 5) of evidence rows (area, agreement, foreground, contrast).

    The last two say how far the cell's diameter is, in octaves, from the median of its image,
    upward and downward.
    """
    if len(evidence) == 0:
        return np.zeros((0, N_FEATURES))
    areas = np.maximum(evidence[:, 0], 1)
    octaves = 0.5 * np.log2(areas / np.median(areas))
    odd = np.stack([np.clip(octaves, 0, 3), np.clip(-octaves, 0, 3)], axis=1)
    return np.concatenate([np.clip(evidence[:, 1:], 0, 1), odd], axis=1)


def calibration_of(card: Mapping[str, Any]) -> Calibration | None:
    """Read the calibration from the facts of a card; None when it has none."""
    facts = card.get("calibration")
    if facts is None:
        return None
    return Calibration(float(facts["intercept"]), tuple(float(v) for v in facts["slopes"]))


def fit(features: AnyArray, is_right: AnyArray, weights: AnyArray) -> Calibration:
    """Fit the logistic regression by Newton's method with a small ridge.

    `features` (N, 5), `is_right` (N,) of 0 and 1, `weights` (N,) with mean 1.
    """
    design = np.concatenate([np.ones((len(features), 1)), features], axis=1)
    ridge = np.diag([0.0] + [RIDGE] * features.shape[1]) * len(features)
    parameters = np.zeros(design.shape[1])
    for _ in range(N_NEWTON_STEPS):
        p = 1 / (1 + np.exp(-np.clip(design @ parameters, -30, 30)))
        slope = design.T @ (weights * (is_right - p)) - ridge @ parameters
        curve = (design * (weights * p * (1 - p))[:, None]).T @ design + ridge
        step = np.linalg.solve(curve + 1e-9 * np.eye(len(curve)), slope)
        parameters += step
        if np.abs(step).max() < 1e-8:
            break
    return Calibration(float(parameters[0]), tuple(float(v) for v in parameters[1:]))


def reliability(
    probabilities: FloatArray, is_right: AnyArray, weights: AnyArray
) -> tuple[list[dict[str, float]], float]:
    """Return the bins of the reliability diagram and the expected calibration error.

    The error is the weighted mean of |share right - mean probability| over ten equal bins
    (Guo et al., ICML 2017).
    """
    bins: list[dict[str, float]] = []
    error = 0.0
    place = np.minimum((probabilities * N_BINS).astype(int), N_BINS - 1)
    for i in range(N_BINS):
        inside = place == i
        if not inside.any():
            continue
        w = weights[inside]
        said = float(np.average(probabilities[inside], weights=w))
        was = float(np.average(is_right[inside], weights=w))
        share = float(w.sum() / weights.sum())
        error += share * abs(said - was)
        row = {"n": float(inside.sum()), "share": share, "said": said, "right": was}
        bins.append({key: round(value, 4) for key, value in row.items()})
    return bins, round(error, 4)


def cross_validated(
    features: AnyArray, is_right: AnyArray, weights: AnyArray, groups: Sequence[str]
) -> FloatArray:
    """Return for every cell the probability by a fit that never saw the cell's group."""
    names = np.asarray(groups)
    probabilities = np.zeros(len(features), np.float32)
    for name in np.unique(names):
        mine = names == name
        fitted = fit(features[~mine], is_right[~mine], weights[~mine])
        score = fitted.intercept + features[mine] @ np.array(fitted.slopes)
        probabilities[mine] = 1 / (1 + np.exp(-score))
    return probabilities
