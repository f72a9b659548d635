"""Compare label images: matches, AP, F1 and panoptic quality, in one pass over the pixels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from segmentation.engine.arrays import AnyArray, FloatArray, IntArray

THRESHOLDS = (0.5, 0.75, 0.9)


@dataclass(frozen=True)
class Overlaps:
    """Every overlapping pair of a predicted and a true object, and how many there are."""

    predicted: IntArray
    true: IntArray
    ious: FloatArray
    n_predicted: int
    n_true: int


@dataclass(frozen=True)
class Scores:
    """Counts and scores at one threshold of the intersection over union.

    `average_precision` = TP / (TP + FP + FN) as Cellpose and StarDist use the word;
    `f1` = 2 TP / (2 TP + FP + FN); `panoptic_quality` = f1 x mean IoU of the matches (Kirillov
    et al., CVPR 2019). Two empty images agree: all three are 1.
    """

    threshold: float
    n_true_positives: int
    n_false_positives: int
    n_false_negatives: int
    average_precision: float
    f1: float
    panoptic_quality: float


def overlaps(predicted: AnyArray, true: AnyArray) -> Overlaps:
    """Count the shared pixels of two label images of one shape (0 is background).

    Raises ValueError when the shapes differ.
    """
    if predicted.shape != true.shape:
        raise ValueError(f"The shapes {predicted.shape} and {true.shape} differ.")
    first, n_first, first_areas = _consecutive(predicted)
    second, n_second, second_areas = _consecutive(true)
    is_shared = (first > 0) & (second > 0)
    pair = first[is_shared] * np.int64(n_second + 1) + second[is_shared]
    pairs, shared = np.unique(pair, return_counts=True)
    a, b = pairs // (n_second + 1), pairs % (n_second + 1)
    ious = shared / (first_areas[a] + second_areas[b] - shared)
    return Overlaps(a - 1, b - 1, ious.astype(np.float32), n_first, n_second)


def _consecutive(labels: AnyArray) -> tuple[IntArray, int, IntArray]:
    """Return labels numbered 0..N as flat int64, N and the areas by number."""
    flat = labels.ravel().astype(np.int64)
    largest = int(flat.max(initial=0))
    if largest <= 4 * flat.size + 1024:
        counts = np.bincount(flat, minlength=1)
        is_used = counts > 0
        is_used[0] = False
        numbers = np.cumsum(is_used) * is_used
        areas = np.concatenate([[0], counts[is_used]])
        consecutive: IntArray = numbers[flat].astype(np.int64)
        return consecutive, int(is_used.sum()), areas.astype(np.int64)
    values, inverse = np.unique(np.concatenate([[0], flat]), return_inverse=True)
    renumbered = inverse[1:].astype(np.int64)
    areas = np.bincount(renumbered, minlength=len(values))
    areas[0] = 0
    return renumbered, len(values) - 1, areas.astype(np.int64)


def match(found: Overlaps, threshold: float) -> IntArray:
    """Return the positions of the pairs that match at an IoU of at least `threshold`.

    Above 0.5 a pair is unique by itself. At 0.5 and below the best pairs are taken first, each
    object once.
    """
    candidates = np.flatnonzero(found.ious >= np.float32(threshold))
    order = candidates[np.argsort(-found.ious[candidates], kind="stable")]
    is_taken_predicted = np.zeros(found.n_predicted, bool)
    is_taken_true = np.zeros(found.n_true, bool)
    chosen = []
    for i in order:
        a, b = found.predicted[i], found.true[i]
        if not is_taken_predicted[a] and not is_taken_true[b]:
            is_taken_predicted[a] = is_taken_true[b] = True
            chosen.append(i)
    return np.array(sorted(chosen), np.int64)


def score_at(found: Overlaps, threshold: float) -> Scores:
    """Score one image at one threshold."""
    matched = match(found, threshold)
    n_hits = len(matched)
    n_extra, n_missed = found.n_predicted - n_hits, found.n_true - n_hits
    if found.n_predicted == 0 and found.n_true == 0:
        return Scores(threshold, 0, 0, 0, 1.0, 1.0, 1.0)
    f1 = 2 * n_hits / (2 * n_hits + n_extra + n_missed)
    quality = f1 * float(found.ious[matched].mean()) if n_hits else 0.0
    precision = n_hits / (n_hits + n_extra + n_missed)
    return Scores(threshold, n_hits, n_extra, n_missed, precision, f1, quality)


def score(
    predicted: AnyArray, true: AnyArray, thresholds: tuple[float, ...] = THRESHOLDS
) -> tuple[Scores, ...]:
    """Score a predicted label image against the truth at every threshold."""
    found = overlaps(predicted, true)
    return tuple(score_at(found, threshold) for threshold in thresholds)
