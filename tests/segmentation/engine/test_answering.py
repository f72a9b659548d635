"""Tiles leave no trace in what the network finds, and a full device answers fewer at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from segmentation.engine.arrays import AnyArray
from segmentation.engine.errors import SegmentationFailed
from segmentation.engine.grouping import Fields, GroupingSettings, group, stacked
from segmentation.engine.methods.generalist.answering import answer_image, is_glass
from segmentation.engine.methods.generalist.batches import Batches
from segmentation.engine.methods.generalist.inference import Runner, load_network
from segmentation.engine.methods.generalist.normalized import NormalizedImage
from segmentation.engine.tiling import Grid
from segmentation.engine.training.synthetic import draw_image
from segmentation.engine.weights import DEFAULT_WEIGHTS, find_card

CPU = torch.device("cpu")


def field_of_cells(seed: int, height: int, width: int) -> AnyArray:
    """Return one channel (1, Y, X) of drawn cells of several kinds side by side."""
    rng = np.random.default_rng(seed)
    rows = [[draw_image(rng)[1] for _ in range(-(-width // 320))] for _ in range(-(-height // 320))]
    return np.block(rows)[None, :height, :width]


def fields_of(image: NormalizedImage, runner: Runner, grid: Grid) -> Fields:
    """Answer by tiles of this size and return the fields of the whole image."""
    rows: list[Fields] = []
    answer_image(image, runner, Batches(CPU), rows.append, lambda: None, grid=grid)
    return stacked(rows)


@given(
    st.integers(0, 2**32 - 1),
    st.integers(100, 400),
    st.integers(700, 1100),
    st.sampled_from([0.7, 0.83, 1.0, 1.2]),
    st.booleans(),
)
@settings(max_examples=6, deadline=None, phases=[Phase.generate])
def test_the_cells_are_the_same_with_tiles_and_without(
    seed: int, height: int, width: int, factor: float, is_upright: bool
) -> None:
    runner = Runner(load_network(find_card(DEFAULT_WEIGHTS), CPU), CPU, factor)
    picture = field_of_cells(seed, height, width)
    picture = picture.transpose(0, 2, 1).copy() if is_upright else picture
    image = NormalizedImage(picture, (0,))
    runner = replace(runner, context=runner.pooled(image.window(image.whole())))
    whole = fields_of(image, runner, Grid(4096, 224))
    tiled = fields_of(image, runner, Grid(448, 224))
    # How sums are rounded depends on the shape of a tile: the last bit may differ.
    assert np.abs(tiled.foreground.astype(int) - whole.foreground).max() <= 2
    assert np.abs(tiled.flows.astype(int) - whole.flows).max() <= 2
    found, known = (group(fields, GroupingSettings()) for fields in (tiled, whole))
    assert abs(len(found.confidences) - len(known.confidences)) <= 1
    assert np.mean((found.labels > 0) != (known.labels > 0)) < 1e-3


def test_glass_is_not_shown_to_the_network() -> None:
    rng = np.random.default_rng(0)
    glass = rng.normal(0.1, 0.01, (3, 400, 400)).astype(np.float32)
    assert is_glass(glass)
    y, x = np.mgrid[:400, :400]
    with_a_cell = glass + 0.3 * (np.hypot(y - 200, x - 200) < 12)
    assert not is_glass(with_a_cell.astype(np.float32))


def double(tiles: Sequence[AnyArray], largest: int) -> list[AnyArray]:
    """Stand in for a network on a card that holds this many tiles."""
    assert len({tile.shape for tile in tiles}) == 1
    if len(tiles) > largest:
        raise torch.OutOfMemoryError
    return [2 * tile for tile in tiles]


@given(st.lists(st.integers(1, 3), max_size=40), st.integers(1, 20))
@settings(max_examples=40, deadline=None)
def test_a_full_card_answers_fewer_tiles_at_once_and_says_so(
    sides: list[int], largest: int
) -> None:
    tiles = [np.full((3, side, 1), i, np.float32) for i, side in enumerate(sides)]
    batches = Batches(CPU)
    batches.size = 16
    answers = batches.run(tiles, lambda part: double(part, largest))
    assert [a.tolist() for a in answers] == [(2 * tile).tolist() for tile in tiles]
    assert batches.n_halved == 0 or largest / 2 < batches.size <= largest
    assert batches.facts() == (
        {"tiles_at_once": batches.size, "out_of_memory_halvings": batches.n_halved}
        if batches.size > 1 or batches.n_halved
        else {}
    )


def test_a_card_too_small_for_one_tile_is_said_in_a_sentence() -> None:
    batches = Batches(CPU)
    with pytest.raises(SegmentationFailed, match="too little free memory"):
        batches.run([np.zeros((3, 4, 4), np.float32)], lambda part: double(part, 0))
