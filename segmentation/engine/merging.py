"""Join the pieces of one cell: neighbors with no predicted boundary between them.

Where a cell is much larger or longer than its neighbors, its flows fade in the middle and end in
several sinks. The boundary that the network predicts on its own tells such seams, which run
through plain cell, from the borders of touching cells.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from segmentation.engine.arrays import AnyArray, FloatArray, IntArray

MINIMUM_SEAM_PX = 3


@njit(cache=True, nogil=True)
def count_seam_pixels(labels: AnyArray) -> int:
    """Count the neighboring pixels (right and below) of two objects."""
    height, width = labels.shape
    n = 0
    for y in range(height):
        for x in range(width):
            label = labels[y, x]
            if label > 0:
                if x + 1 < width and labels[y, x + 1] > 0 and labels[y, x + 1] != label:
                    n += 1
                if y + 1 < height and labels[y + 1, x] > 0 and labels[y + 1, x] != label:
                    n += 1
    return n


@njit(cache=True, nogil=True)
def _list_seam_pixels(labels: AnyArray, boundary: AnyArray, n: int) -> tuple[AnyArray, AnyArray]:
    """Return for every seam pixel pair the objects (n, 2), smaller first, and its strength."""
    height, width = labels.shape
    pairs = np.empty((n, 2), np.int64)
    strengths = np.empty(n, np.float32)
    n = 0
    for y in range(height):
        for x in range(width):
            label = labels[y, x]
            if label == 0:
                continue
            for dy, dx in ((0, 1), (1, 0)):
                a, b = y + dy, x + dx
                if a < height and b < width:
                    other = labels[a, b]
                    if other > 0 and other != label:
                        pairs[n, 0], pairs[n, 1] = min(label, other), max(label, other)
                        strengths[n] = max(boundary[y, x], boundary[a, b]) / 255.0
                        n += 1
    return pairs, strengths


def seams(labels: AnyArray, boundary: AnyArray) -> tuple[IntArray, FloatArray, IntArray]:
    """Return the touching pairs (P, 2), the mean strength and the length in pixels of each seam.

    `labels` (Y, X), `boundary` (Y, X) uint8 with 255 = certain.
    """
    pairs, strengths = _list_seam_pixels(labels, boundary, count_seam_pixels(labels))
    return _reduce(pairs, strengths.astype(np.float64), np.ones(len(pairs), np.int64))


def _reduce(
    pairs: IntArray, sums: AnyArray, counts: IntArray
) -> tuple[IntArray, FloatArray, IntArray]:
    """Join equal pairs; `sums` are totals over `counts` pixels. Means come back."""
    if len(pairs) == 0:
        return pairs, np.zeros(0, np.float32), counts
    unique, inverse = np.unique(pairs, axis=0, return_inverse=True)
    lengths = np.bincount(inverse.ravel(), counts).astype(np.int64)
    means = np.bincount(inverse.ravel(), sums) / lengths
    return unique, means.astype(np.float32), lengths


def merge_map(labels: AnyArray, boundary: AnyArray, n_objects: int, threshold: float) -> IntArray:
    """Return for every object 0..N the object that it becomes a part of (the smallest number).

    In every round each object joins the neighbor across its weakest seam, if both choose each
    other and the seam is weaker than `threshold`; then the seams of the joined are averaged.
    """
    target = np.arange(n_objects + 1, dtype=np.int64)
    pairs, means, lengths = seams(labels, boundary)
    while len(pairs):
        is_weak = (means < threshold) & (lengths >= MINIMUM_SEAM_PX)
        joined = mutual_weakest(pairs[is_weak], means[is_weak], n_objects)
        if len(joined) == 0:
            break
        step = np.arange(n_objects + 1, dtype=np.int64)
        step[joined[:, 1]] = joined[:, 0]
        target = step[target]
        pairs = np.sort(step[pairs], axis=1)
        is_apart = pairs[:, 0] != pairs[:, 1]
        sums = means.astype(np.float64) * lengths
        pairs, means, lengths = _reduce(pairs[is_apart], sums[is_apart], lengths[is_apart])
    return target


def mutual_weakest(pairs: IntArray, means: FloatArray, n_objects: int) -> IntArray:
    """Return the pairs in which each object is across the other's weakest seam."""
    if len(pairs) == 0:
        return pairs
    order = np.argsort(means, kind="stable")
    first = np.full(n_objects + 1, len(pairs), np.int64)
    ranks = np.arange(len(pairs))
    np.minimum.at(first, pairs[order, 0], ranks)
    np.minimum.at(first, pairs[order, 1], ranks)
    is_mutual = (first[pairs[order, 0]] == ranks) & (first[pairs[order, 1]] == ranks)
    chosen: IntArray = pairs[order][is_mutual]
    return chosen
