"""Crowding sets cells against cells and keeps the truth true."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from segmentation.engine.training.crops import Crop, cut_crop
from segmentation.engine.training.crowding import crowd
from segmentation.engine.training.data import prepare
from segmentation.engine.training.synthetic import draw_image

SIDE = 96
seeds = st.integers(0, 2**32 - 1)


def two_crops(seed: int) -> tuple[Crop, Crop, np.random.Generator]:
    """Two crops of one drawn image."""
    rng = np.random.default_rng(seed)
    _, plane, labels = draw_image(rng)
    planes = np.repeat((plane / max(1, plane.max())).astype(np.float32)[None], 3, axis=0)
    image = prepare("drawn", planes, labels.astype(np.int32))
    first, second = (cut_crop(image, target_diameter=18, size=SIDE, rng=rng) for _ in range(2))
    return first, second, rng


@settings(deadline=None, max_examples=15)
@given(seeds)
def test_the_targets_say_what_the_cells_say(seed: int) -> None:
    first, second, rng = two_crops(seed)
    crowded = crowd(first, second, rng)
    assert crowded.planes.min() >= 0
    assert crowded.planes.max() <= 1
    assert np.array_equal(crowded.targets[0] > 0, crowded.cells > 0)
    assert np.array_equal(crowded.targets[5] > 0, crowded.cells >= 0)
    assert not crowded.targets[3][crowded.cells <= 0].any()


@settings(deadline=None, max_examples=15)
@given(seeds)
def test_the_cells_that_were_there_keep_most_of_themselves(seed: int) -> None:
    first, second, rng = two_crops(seed)
    crowded = crowd(first, second, rng)
    is_before, is_after = first.cells > 0, crowded.cells > 0
    assert (is_after | ~is_before).all()
    changed = crowded.cells != first.cells
    assert (crowded.cells[changed] > first.cells.max()).all()


def test_cells_are_added_and_the_crop_it_came_from_is_left_alone() -> None:
    n_added = 0
    for seed in range(12):
        first, second, rng = two_crops(seed)
        before = first.cells.copy(), first.planes.copy(), first.targets.copy()
        crowded = crowd(first, second, rng)
        n_added += len(np.unique(crowded.cells)) > len(np.unique(first.cells))
        for old, now in zip(before, (first.cells, first.planes, first.targets), strict=True):
            assert np.array_equal(old, now)
    assert n_added >= 4
