"""Compare label images: matches, AP, F1 and panoptic quality, in one pass over the pixels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

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
    first, n_first = _small_numbers(predicted.ravel())
    second, n_second = _small_numbers(true.ravel())
    n_slots = 1 << int(np.ceil(np.log2(8 * (n_first + n_second) + 64)))
    keys, shared, first_areas, second_areas = _count(first, second, n_first, n_second, n_slots)
    while len(keys) == 0:
        n_slots *= 4
        keys, shared, first_areas, second_areas = _count(first, second, n_first, n_second, n_slots)
    used = np.flatnonzero(keys >= 0)
    used = used[np.argsort(keys[used])]
    a, b = np.divmod(keys[used], n_second + 1)
    ious = shared[used] / (first_areas[a] + second_areas[b] - shared[used])
    is_first, is_second = first_areas[1:] > 0, second_areas[1:] > 0
    return Overlaps(
        np.cumsum(is_first)[a - 1] - 1,
        np.cumsum(is_second)[b - 1] - 1,
        ious.astype(np.float32),
        int(is_first.sum()),
        int(is_second.sum()),
    )


def _small_numbers(labels: AnyArray) -> tuple[AnyArray, int]:
    """Return labels (N,) that are few enough to count by, and the largest; 0 stays 0."""
    largest = int(labels.max(initial=0))
    if largest <= 4 * labels.size + 1024:
        return labels, largest
    values, inverse = np.unique(np.append(labels, 0), return_inverse=True)
    return inverse[:-1], len(values) - 1


@njit(cache=True, nogil=True)
def _count(
    first: AnyArray, second: AnyArray, n_first: int, n_second: int, n_slots: int
) -> tuple[IntArray, IntArray, IntArray, IntArray]:
    """Count pixels in one pass over runs of equal labels: of both (a hash table), of each.

    A slot holds first * (n_second + 1) + second, -1 where it is free; without keys the table was
    too small. A cell has a few dozen runs, so the table is hardly touched.
    """
    keys = np.full(n_slots, -1, np.int64)
    shared = np.zeros(n_slots, np.int64)
    first_areas, second_areas = np.zeros(n_first + 1, np.int64), np.zeros(n_second + 1, np.int64)
    n_used = 0
    start = 0
    while start < len(first):
        a, b = first[start], second[start]
        stop = start + 1
        while stop < len(first) and first[stop] == a and second[stop] == b:
            stop += 1
        first_areas[a] += stop - start
        second_areas[b] += stop - start
        if a > 0 and b > 0:
            key = np.int64(a) * (n_second + 1) + np.int64(b)
            slot = (key * 0x9E3779B1) & (n_slots - 1)
            while keys[slot] not in (-1, key):
                slot = (slot + 1) & (n_slots - 1)
            if keys[slot] == -1:
                keys[slot] = key
                n_used += 1
                if 2 * n_used > n_slots:
                    return keys[:0], shared, first_areas, second_areas
            shared[slot] += stop - start
        start = stop
    return keys, shared, first_areas, second_areas


def match(found: Overlaps, threshold: float) -> IntArray:
    """Return the positions of the pairs that match at an IoU of at least `threshold`.

    Above 0.5 a pair is unique by itself. At 0.5 and below the best pairs are taken first, each
    object once.
    """
    candidates = np.flatnonzero(found.ious >= np.float32(threshold))
    if _are_single(found.predicted[candidates]) and _are_single(found.true[candidates]):
        return candidates
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


def _are_single(numbers: IntArray) -> bool:
    """Say whether no number comes twice."""
    return len(numbers) == 0 or int(np.bincount(numbers).max()) == 1


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
