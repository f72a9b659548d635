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
    lengths, first, second = _runs(predicted.ravel(), true.ravel())
    first, n_first = _consecutive(first)
    second, n_second = _consecutive(second)
    first_areas = np.bincount(first, lengths, n_first + 1)
    second_areas = np.bincount(second, lengths, n_second + 1)
    is_shared = (first > 0) & (second > 0)
    pair = first[is_shared] * np.int64(n_second + 1) + second[is_shared]
    pairs, which = np.unique(pair, return_inverse=True)
    shared = np.bincount(which, lengths[is_shared], len(pairs))
    a, b = pairs // (n_second + 1), pairs % (n_second + 1)
    ious = shared / (first_areas[a] + second_areas[b] - shared)
    return Overlaps(a - 1, b - 1, ious.astype(np.float32), n_first, n_second)


def _runs(first: AnyArray, second: AnyArray) -> tuple[IntArray, AnyArray, AnyArray]:
    """Return lengths and labels of the runs of pixels (N,) in which both labels stay the same.

    A cell has some dozen runs and hundreds of pixels: what follows looks at runs only.
    """
    is_start = np.ones(first.size, bool)
    np.not_equal(first[1:], first[:-1], out=is_start[1:])
    is_start[1:] |= second[1:] != second[:-1]
    starts = np.flatnonzero(is_start)
    lengths = np.diff(starts, append=first.size)
    return lengths, first[starts], second[starts]


def _consecutive(labels: AnyArray) -> tuple[IntArray, int]:
    """Return labels (N,) numbered 0..K in ascending order, and K; background stays 0."""
    values, inverse = np.unique(np.append(labels, 0), return_inverse=True)
    return inverse[:-1].astype(np.int64), len(values) - 1


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
