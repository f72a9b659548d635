"""Are two touching pieces one cell? A probability, learned from the seams of training images.

Where a cell is much longer or larger than its neighbors, its flows fade in the middle and end in
several sinks. A seam through plain cell differs from the border of two cells in what the network
says along it and in whether the pieces are as large as the network takes their cell to be. A
logistic regression weighs these signs; its coefficients come with the weights.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit

from segmentation.engine.arrays import AnyArray, FloatArray, IntArray

SIGNS = (
    "boundary, mean",
    "boundary, weakest third",
    "boundary, away from the outline",
    "length over the smaller piece",
    "predicted diameter over that of both",
    "predicted diameter over that of the larger piece",
    "predicted diameter over that of the smaller piece",
    "divergence of the flows",
    "strength of the flows",
    "agreement of the flows",
)
LOG_DIAMETER_UNIT = 16.0
"""The compact log2 diameter counts sixteenths of an octave."""
OUTLINE_PX = 2
MINIMUM_SEAM_PX = 3


@dataclass(frozen=True)
class SeamModel:
    """Coefficients over the standardized `SIGNS`; a positive score says: one cell."""

    intercept: float
    slopes: tuple[float, ...]
    means: tuple[float, ...]
    scales: tuple[float, ...]

    def scores(self, signs: AnyArray) -> AnyArray:
        """Return the log odds (P,) that the pieces at each seam are one cell, of (P, 10)."""
        standard = (signs - np.array(self.means)) / np.array(self.scales)
        scores = np.full(len(signs), self.intercept)
        # Column by column: a product of matrices may round by how many seams there are.
        for column, slope in enumerate(self.slopes):
            scores += slope * standard[:, column]
        return scores

    def facts(self) -> dict[str, Any]:
        """Return what the card of the weights tells."""
        return {
            "signs": list(SIGNS),
            "intercept": round(self.intercept, 6),
            "slopes": [round(v, 6) for v in self.slopes],
            "means": [round(v, 6) for v in self.means],
            "scales": [round(v, 6) for v in self.scales],
        }


def seam_model_of(card: Mapping[str, Any]) -> SeamModel | None:
    """Read the model from the facts of a card; None when it has none."""
    facts = card.get("seams")
    if facts is None:
        return None
    return SeamModel(
        float(facts["intercept"]),
        *(tuple(float(v) for v in facts[key]) for key in ("slopes", "means", "scales")),
    )


def boundary_alone(threshold: float) -> SeamModel:
    """Return the rule for a network of unknown experience: the mean boundary is below this."""
    others = len(SIGNS) - 1
    return SeamModel(
        threshold, (-1.0,) + (0.0,) * others, (0.0,) * (1 + others), (1.0,) * (1 + others)
    )


@njit(cache=True, nogil=True)
def _count_pixels(labels: AnyArray) -> int:
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
def _is_inner(labels: AnyArray, y: int, x: int) -> bool:
    """Say whether no background lies within two pixels."""
    height, width = labels.shape
    for a in range(max(0, y - OUTLINE_PX), min(height, y + OUTLINE_PX + 1)):
        for b in range(max(0, x - OUTLINE_PX), min(width, x + OUTLINE_PX + 1)):
            if labels[a, b] == 0:
                return False
    return True


@njit(cache=True, nogil=True)
def _list_pixels(
    labels: AnyArray, flows: AnyArray, boundary: AnyArray, n: int
) -> tuple[AnyArray, AnyArray]:
    """Return for every pixel pair across a seam the objects (n, 2), smaller first, and rows
    (boundary, divergence, strength, 1 away from the outline)."""
    height, width = labels.shape
    pairs = np.empty((n, 2), np.int64)
    rows = np.empty((n, 4))
    i = 0
    for y in range(height):
        for x in range(width):
            label = labels[y, x]
            if label == 0:
                continue
            for axis in range(2):
                a, b = y + axis, x + 1 - axis
                if a >= height or b >= width:
                    continue
                other = labels[a, b]
                is_seam = other > 0 and other != label
                if not is_seam:
                    continue
                pairs[i, 0], pairs[i, 1] = min(label, other), max(label, other)
                along = 1 - axis
                here, there = float(flows[along, y, x]), float(flows[along, a, b])
                here_2, there_2 = float(flows[axis, y, x]), float(flows[axis, a, b])
                rows[i, 0] = max(boundary[y, x], boundary[a, b]) / 255.0
                rows[i, 1] = (there - here) / 200.0
                rows[i, 2] = (np.hypot(here, here_2) + np.hypot(there, there_2)) / 200.0
                rows[i, 3] = 1.0 if _is_inner(labels, y, x) and _is_inner(labels, a, b) else 0.0
                i += 1
    return pairs, rows


@njit(cache=True, nogil=True)
def _log_diameters(labels: AnyArray, log_diameter: AnyArray, n_objects: int) -> AnyArray:
    """Sum the predicted log2 diameter over the pixels of every object 0..N."""
    sums = np.zeros(n_objects + 1)
    for y in range(labels.shape[0]):
        for x in range(labels.shape[1]):
            sums[labels[y, x]] += log_diameter[y, x] / LOG_DIAMETER_UNIT
    return sums


class Seams:
    """The seams between pieces; pieces can be joined, and the signs are those of what is left."""

    def __init__(
        self,
        labels: AnyArray,
        flows: AnyArray,
        boundary: AnyArray,
        log_diameter: AnyArray,
        pieces: AnyArray,
    ) -> None:
        n = _count_pixels(labels)
        self._pairs, self._pixels = _list_pixels(labels, flows, boundary, n)
        self._areas = np.maximum(pieces[:, 0], 1)
        self._agreement = pieces[:, 1] * self._areas
        self._sizes = _log_diameters(labels, log_diameter, len(pieces) - 1)

    def signs(self) -> tuple[IntArray, IntArray, AnyArray]:
        """Return the touching pairs (P, 2), the lengths of their seams and `SIGNS` (P, 10)."""
        if len(self._pairs) == 0:
            return self._pairs, np.zeros(0, np.int64), np.zeros((0, len(SIGNS)))
        order = np.lexsort((self._pixels[:, 0], self._pairs[:, 1], self._pairs[:, 0]))
        self._pairs, self._pixels = self._pairs[order], self._pixels[order]
        is_new = np.ones(len(self._pairs), bool)
        is_new[1:] = (self._pairs[1:] != self._pairs[:-1]).any(axis=1)
        seam, starts = np.cumsum(is_new) - 1, np.flatnonzero(is_new)
        pairs, lengths = self._pairs[starts], np.bincount(seam)
        along = self._along(seam, starts, lengths)
        return (
            pairs,
            lengths,
            np.column_stack(
                [*along[:3], *self._sized(pairs, lengths), *along[3:], self._least_agreement(pairs)]
            ),
        )

    def join(self, joined: IntArray) -> IntArray:
        """Join pairs (J, 2) of objects; return what every object 0..N has become."""
        step = np.arange(len(self._areas), dtype=np.int64)
        step[joined[:, 1]] = joined[:, 0]
        for sums in (self._areas, self._agreement, self._sizes):
            np.add.at(sums, joined[:, 0], sums[joined[:, 1]])
        pairs = np.sort(step[self._pairs], axis=1)
        is_apart = pairs[:, 0] != pairs[:, 1]
        self._pairs, self._pixels = pairs[is_apart], self._pixels[is_apart]
        return step

    def _along(self, seam: IntArray, starts: IntArray, lengths: IntArray) -> list[AnyArray]:
        """Return the signs that are means along a seam; its pixels come weakest first."""
        boundary, divergence, strength, is_inner = self._pixels.T
        rank = np.arange(len(seam)) - starts[seam]
        n_weak = -(-lengths // 3)
        weakest = np.bincount(seam, boundary * (rank < n_weak[seam])) / n_weak
        n_inner = np.bincount(seam, is_inner)
        inner = np.bincount(seam, boundary * is_inner) / np.maximum(n_inner, 1)
        inner = np.where(n_inner > 0, inner, boundary[starts])
        means = [np.bincount(seam, v) / lengths for v in (boundary, divergence, strength)]
        return [means[0], weakest, inner, means[1], means[2]]

    def _sized(self, pairs: IntArray, lengths: IntArray) -> list[AnyArray]:
        """Return the signs that compare sizes; those with a prediction are octaves."""
        areas = self._areas[pairs]
        both, smaller, larger = areas.sum(axis=1), areas.min(axis=1), areas.max(axis=1)
        predicted = self._sizes[pairs].sum(axis=1) / both

        def over(area: AnyArray, low: float, high: float) -> AnyArray:
            octaves: AnyArray = predicted - np.log2(2 * np.sqrt(area / np.pi))
            return np.clip(octaves, low, high)

        return [
            np.log2(lengths / np.sqrt(smaller)),
            over(both, -2, 2),
            over(larger, -2, 3),
            over(smaller, -1, 4),
        ]

    def _least_agreement(self, pairs: IntArray) -> AnyArray:
        least: AnyArray = (self._agreement[pairs] / self._areas[pairs]).min(axis=1)
        return least


def join_map(seams: Seams, n_objects: int, model: SeamModel) -> IntArray:
    """Return for every object 0..N the object that it becomes a part of (the smallest number).

    In every round each object joins the neighbor that is most likely the same cell, if both
    choose each other and it is more likely than not; then the seams of the joined are one.
    """
    target = np.arange(n_objects + 1, dtype=np.int64)
    while True:
        pairs, lengths, signs = seams.signs()
        against: FloatArray = -model.scores(signs)
        is_one = (against < 0) & (lengths >= MINIMUM_SEAM_PX)
        joined = _mutual_weakest(pairs[is_one], against[is_one], n_objects)
        if len(joined) == 0:
            return target
        target = seams.join(joined)[target]


def _mutual_weakest(pairs: IntArray, means: FloatArray, n_objects: int) -> IntArray:
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
