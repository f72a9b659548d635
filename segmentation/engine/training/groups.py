"""Find out which images were acquired together, so that no split cuts through them."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from scipy import ndimage
from scipy.cluster.hierarchy import fcluster, linkage

from segmentation.engine.arrays import AnyArray, FloatArray

LOOK_DISTANCE = 2.2
DUPLICATE_CORRELATION = 0.95


def groups_by_name(stems: Sequence[str], pattern: str) -> list[str]:
    """Return the first bracket of `pattern` in every stem; a stem without a match is its own."""
    matches = [re.search(pattern, stem) for stem in stems]
    return [m.group(1) if m else s for m, s in zip(matches, stems, strict=True)]


def groups_by_appearance(images: Sequence[AnyArray], prefix: str) -> list[str]:
    """Cluster images (C, Y, X) by size, brightness, color, noise and sharpness.

    Near-duplicates (thumbnails that correlate above 0.95) are joined whatever else they say.
    """
    looks = np.stack([_look(image) for image in images])
    looks = (looks - looks.mean(0)) / np.maximum(looks.std(0), 1e-6)
    clusters = (
        fcluster(linkage(looks, "average"), LOOK_DISTANCE, "distance")
        if len(images) > 1
        else np.ones(1, int)
    )
    for first, second in _near_duplicates(images):
        clusters[clusters == clusters[second]] = clusters[first]
    return [f"{prefix}-{cluster:03d}" for cluster in clusters]


def choose_held_out(groups: Sequence[str], share: float, rng: np.random.Generator) -> set[str]:
    """Draw groups, large ones more often, until `share` of the images is held out.

    Groups too large for the share are skipped.
    """
    names, counts = np.unique(groups, return_counts=True)
    wanted = share * len(groups)
    chosen: set[str] = set()
    n_chosen = 0
    order = rng.choice(len(names), len(names), replace=False, p=counts / counts.sum())
    for i in order:
        if n_chosen >= wanted:
            break
        if n_chosen + counts[i] <= 1.2 * wanted + 1:
            chosen.add(str(names[i]))
            n_chosen += int(counts[i])
    return chosen


def _look(image: AnyArray) -> FloatArray:
    """Describe the acquisition of an image by a dozen numbers."""
    grey = image.astype(np.float32).mean(0)
    levels = np.percentile(grey, [1, 10, 50, 90, 99, 99.8])
    spread = max(float(levels[-1] - levels[0]), 1e-6)
    high = np.abs(grey - ndimage.gaussian_filter(grey, 1)).mean() / spread
    middle = (
        np.abs(ndimage.gaussian_filter(grey, 1) - ndimage.gaussian_filter(grey, 3)).mean() / spread
    )
    channels = image.astype(np.float32).reshape(len(image), -1)
    color = channels.mean(1) - channels.mean() if len(image) == 3 else np.zeros(3)
    shape = np.log2(np.array(image.shape[1:], float))
    described: FloatArray = np.concatenate(
        [np.log2(levels + 4), [np.log2(high + 1e-3), np.log2(middle + 1e-3)], color / 20, shape]
    ).astype(np.float32)
    return described


def _near_duplicates(images: Sequence[AnyArray]) -> list[tuple[int, int]]:
    """Return pairs of images whose 32 x 32 thumbnails correlate above 0.95."""
    thumbnails = []
    for image in images:
        grey = image.astype(np.float32).mean(0)
        zoom = (32 / grey.shape[0], 32 / grey.shape[1])
        small = ndimage.zoom(ndimage.gaussian_filter(grey, 0.4 / min(zoom)), zoom, order=1)
        small = small[:32, :32] - small.mean()
        thumbnails.append((small / max(float(np.linalg.norm(small)), 1e-6)).ravel())
    flat = np.stack(thumbnails)
    first, second = np.nonzero(np.triu(flat @ flat.T > DUPLICATE_CORRELATION, 1))
    return list(zip(first.tolist(), second.tolist(), strict=True))
