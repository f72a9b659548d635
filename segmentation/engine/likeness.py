"""How like the training images is an image?

The pooled bottleneck of the network describes an image as a whole. The distance to the nearest
kind of training image is that of Mahalanobis under the covariance that all kinds share (Lee et
al., NeurIPS 2018).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from segmentation.engine.arrays import AnyArray

SHRINKAGE = 0.1
LIMIT_PERCENTILE = 99.0
PREFIX = "likeness."


@dataclass(frozen=True)
class Likeness:
    """`centers` (K, D) of the kinds, `whitening` (D, D); distances above `limit` are unusual."""

    kinds: tuple[str, ...]
    centers: AnyArray
    whitening: AnyArray
    limit: float

    def nearest(self, pooled: AnyArray) -> tuple[str, float]:
        """Return the nearest kind and the distance to it in units of the limit, of (D,)."""
        apart = (self.centers - pooled[None]) @ self.whitening
        distances = np.sqrt((apart**2).sum(axis=1))
        i = int(np.argmin(distances))
        return self.kinds[i], float(distances[i] / self.limit)

    def tensors(self) -> dict[str, AnyArray]:
        """Return what is kept beside the network's weights, by name."""
        return {
            f"{PREFIX}centers": self.centers.astype(np.float32),
            f"{PREFIX}whitening": self.whitening.astype(np.float32),
        }


def likeness_of(card: Mapping[str, Any], tensors: Mapping[str, Any]) -> Likeness | None:
    """Read the likeness from a card and the tensors of its weights; None when there is none."""
    facts = card.get("likeness")
    if facts is None:
        return None
    return Likeness(
        tuple(facts["kinds"]),
        np.asarray(tensors[f"{PREFIX}centers"], np.float64),
        np.asarray(tensors[f"{PREFIX}whitening"], np.float64),
        float(facts["limit"]),
    )


def fit(pooled: AnyArray, kinds: Sequence[str]) -> Likeness:
    """Fit centers and shared covariance to pooled vectors (N, D), one kind each.

    Every kind counts the same in the covariance, which is shrunk toward its diagonal.
    """
    names = tuple(dict.fromkeys(kinds))
    which = np.array([names.index(kind) for kind in kinds])
    centers = np.stack([pooled[which == i].mean(axis=0) for i in range(len(names))])
    spread = pooled - centers[which]
    counts = np.bincount(which)
    weights = 1 / (counts[which] * len(names))
    covariance = (spread * weights[:, None]).T @ spread
    diagonal = np.diag(np.diag(covariance) + 1e-8)
    shrunk = (1 - SHRINKAGE) * covariance + SHRINKAGE * diagonal
    values, vectors = np.linalg.eigh(shrunk)
    floor = 1e-4 * float(values.max())
    whitening = vectors / np.sqrt(np.maximum(values, floor))
    distances = np.sqrt((((spread) @ whitening) ** 2).sum(axis=1))
    limit = float(np.percentile(distances, LIMIT_PERCENTILE))
    return Likeness(names, centers, whitening, limit)
