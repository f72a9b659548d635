"""Tiles leave no trace."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from segmentation.engine.arrays import AnyArray
from segmentation.engine.tiling import Grid, Window, answer_tiled, core_starts, n_tiles

GRID = Grid(core=64, halo=16)


def answer_all(image: AnyArray, grid: Grid) -> AnyArray:
    """Smooth an image by tiles; the filter looks three pixels far."""
    rows_seen: list[tuple[int, AnyArray]] = []

    def answer(window: Window) -> AnyArray:
        part = image[window.y0 : window.y1, window.x0 : window.x1]
        smooth = ndimage.uniform_filter(part, 7, mode="reflect")
        return np.stack([smooth, part]).astype(np.float32)

    answer_tiled(*image.shape, grid, answer, lambda y, rows: rows_seen.append((y, rows.copy())))
    assert [y for y, _ in rows_seen] == list(
        np.cumsum([0] + [rows.shape[1] for _, rows in rows_seen])[:-1]
    ), "every row comes once, in order"
    return np.concatenate([rows for _, rows in rows_seen], axis=1)


@given(st.integers(1, 300), st.integers(1, 300), st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_a_tiled_answer_equals_the_untiled_one_exactly(height: int, width: int, seed: int) -> None:
    # Whole numbers make the filter's sums exact whatever the tile's origin.
    image = np.random.default_rng(seed).integers(0, 200, (height, width)).astype(np.float64)
    whole = answer_all(image, Grid(core=1024, halo=16))
    assert np.array_equal(answer_all(image, GRID), whole)


@given(st.integers(1, 5000))
@settings(max_examples=60, deadline=None)
def test_cores_cover_an_axis_without_slivers(length: int) -> None:
    starts = core_starts(length, 64)
    sizes = np.diff([*starts, length])
    assert starts[0] == 0
    assert sizes.sum() == length
    assert len(starts) == 1 or sizes.min() >= 16


def test_a_tile_may_stop_the_work() -> None:
    class Stop(Exception):
        pass

    n_asked = 0

    def stop_at_third() -> None:
        nonlocal n_asked
        n_asked += 1
        if n_asked == 3:
            raise Stop

    with pytest.raises(Stop):
        answer_tiled(
            200,
            200,
            GRID,
            lambda w: np.zeros((1, w.y1 - w.y0, w.x1 - w.x0), np.float32),
            lambda _y, _rows: None,
            on_tile=stop_at_third,
        )
    assert n_asked == 3
    assert n_tiles(200, 200, GRID) == 9
