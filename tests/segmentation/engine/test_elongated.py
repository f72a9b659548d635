"""Filaments and rods come out whole."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from segmentation.engine.arrays import AnyArray, FloatArray
from segmentation.engine.segment import segment

SIZE = 400


def filaments(seed: int, n: int, radius: float, length: int) -> AnyArray:
    """Draw curved filaments (Y, X) that do not touch."""
    rng = np.random.default_rng(seed)
    labels = np.zeros((SIZE, SIZE), np.uint32)
    for number in range(1, n + 1):
        for _ in range(200):
            turns = ndimage.gaussian_filter1d(rng.standard_normal(length), 15) * 0.1
            angles = rng.uniform(0, 2 * np.pi) + np.cumsum(turns)
            steps = np.stack([np.sin(angles), np.cos(angles)], 1)
            points = rng.uniform(30, SIZE - 30, 2) + np.cumsum(steps, 0)
            if points.min() < 10 or points.max() > SIZE - 10:
                continue
            line = np.ones((SIZE, SIZE), bool)
            line[tuple(np.round(points).astype(int).T)] = False
            distance = ndimage.distance_transform_edt(line)
            if not labels[distance < radius + 8].any():
                labels[distance <= radius] = number
                break
    return labels


def picture(labels: AnyArray, polarity: float, seed: int) -> FloatArray:
    """Show cells lighter or darker than an uneven background, with a rim, blur and noise."""
    rng = np.random.default_rng(seed)
    inside = labels > 0
    depth = ndimage.distance_transform_edt(inside)
    shown = polarity * inside * (0.7 + 0.3 * np.minimum(depth / 4, 1))
    shown = ndimage.gaussian_filter(shown, 1.0)
    uneven = 0.2 * np.linspace(0, 1, SIZE)[None, :]
    return (shown + uneven + rng.normal(0, 0.05, labels.shape)).astype(np.float32)


def n_pieces(found: AnyArray, cell: AnyArray) -> int:
    """Count the found objects that cover more than a tenth of a cell."""
    covered = np.bincount(found[cell], minlength=2)
    return int(np.count_nonzero(covered[1:] > 0.1 * cell.sum()))


@pytest.mark.parametrize("polarity", [1.0, -1.0])
@pytest.mark.parametrize(("radius", "length"), [(4.0, 60), (5.0, 110), (4.0, 140)])
def test_filaments_are_found_in_one_piece(polarity: float, radius: float, length: int) -> None:
    whole = total = 0
    for seed in range(3):
        labels = filaments(seed, 8, radius, length)
        image = picture(labels, polarity, seed)
        found = segment(image[np.newaxis], method="generalist", parameters={}).labels
        numbers = range(1, int(labels.max()) + 1)
        whole += sum(n_pieces(found, labels == number) == 1 for number in numbers)
        total += int(labels.max())
    assert total >= 18
    assert whole >= 0.7 * total
