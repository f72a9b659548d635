"""Tiles leave no trace."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from segmentation.engine.arrays import AnyArray
from segmentation.engine.tiling import Grid, Window, answer_tiled, core_starts, n_tiles

GRID = Grid(core=64, halo=16)


def answer_all(
    image: AnyArray, grid: Grid, dtype: type = np.float32, n_at_once: int = 1
) -> AnyArray:
    """Smooth an image by tiles; the filter looks three pixels far."""
    rows_seen: list[tuple[int, AnyArray]] = []

    def answer(windows: Sequence[Window]) -> list[AnyArray]:
        assert 1 <= len(windows) <= n_at_once
        parts = [image[w.y0 : w.y1, w.x0 : w.x1] for w in windows]
        smooth = [ndimage.uniform_filter(part, 7, mode="reflect") for part in parts]
        if dtype is np.uint8:
            smooth = [np.rint(part) for part in smooth]
        return [np.stack(pair).astype(dtype) for pair in zip(smooth, parts, strict=True)]

    answer_tiled(
        *image.shape,
        grid,
        answer,
        lambda y, rows: rows_seen.append((y, rows.copy())),
        n_at_once=n_at_once,
    )
    assert [y for y, _ in rows_seen] == list(
        np.cumsum([0] + [rows.shape[1] for _, rows in rows_seen])[:-1]
    ), "every row comes once, in order"
    return np.concatenate([rows for _, rows in rows_seen], axis=1)


@given(
    st.integers(1, 300),
    st.integers(1, 300),
    st.integers(0, 2**32 - 1),
    st.sampled_from([np.float32, np.uint8]),
    st.integers(1, 4),
)
@settings(max_examples=60, deadline=None)
def test_a_tiled_answer_equals_the_untiled_one_exactly(
    height: int, width: int, seed: int, dtype: type, n_at_once: int
) -> None:
    # Whole numbers make the filter's sums exact whatever the tile's origin.
    image = np.random.default_rng(seed).integers(0, 200, (height, width)).astype(np.float64)
    whole = answer_all(image, Grid(core=1024, halo=16), dtype)
    assert np.array_equal(answer_all(image, GRID, dtype, n_at_once), whole)


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
            lambda windows: [np.zeros((1, w.y1 - w.y0, w.x1 - w.x0), np.float32) for w in windows],
            lambda _y, _rows: None,
            on_tile=stop_at_third,
        )
    assert n_asked == 3
    assert n_tiles(200, 200, GRID) == 9
