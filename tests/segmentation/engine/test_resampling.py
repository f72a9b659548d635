"""A scaled window is a window of the scaled image."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from segmentation.engine.arrays import AnyArray
from segmentation.engine.resampling import RowScaler, resample, taps


def scaled_window(
    image: AnyArray, size: tuple[int, int], window: tuple[int, int, int, int]
) -> AnyArray:
    """Scale planes (K, Y, X) to `size` and return the window (y0, x0, y1, x1) of that."""
    rows = taps(image.shape[1], size[0], window[0], window[2])
    columns = taps(image.shape[2], size[1], window[1], window[3])
    (y0, y1), (x0, x1) = rows.source, columns.source
    return resample(np.ascontiguousarray(image[:, y0:y1, x0:x1]), rows, columns, (y0, x0))


sides = st.integers(1, 70)


@given(st.integers(0, 2**32 - 1), sides, sides, sides, sides, st.data())
@settings(max_examples=80, deadline=None)
def test_a_window_gives_exactly_what_the_whole_gives(
    seed: int, height: int, width: int, n_rows: int, n_columns: int, data: st.DataObject
) -> None:
    image = np.random.default_rng(seed).random((2, height, width)).astype(np.float32)
    size = (n_rows, n_columns)
    whole = scaled_window(image, size, (0, 0, *size))
    y0, x0 = data.draw(st.integers(0, n_rows - 1)), data.draw(st.integers(0, n_columns - 1))
    y1, x1 = data.draw(st.integers(y0 + 1, n_rows)), data.draw(st.integers(x0 + 1, n_columns))
    assert np.array_equal(scaled_window(image, size, (y0, x0, y1, x1)), whole[:, y0:y1, x0:x1])


@pytest.mark.parametrize("size", [(31, 40), (20, 17), (90, 64), (62, 81), (1, 1), (200, 3)])
def test_scaling_is_that_of_torch(size: tuple[int, int]) -> None:
    image = np.random.default_rng(0).random((3, 62, 80)).astype(np.float32)
    expected = F.interpolate(
        torch.from_numpy(image)[None], size, mode="bilinear", align_corners=False, antialias=True
    )[0].numpy()
    assert np.allclose(scaled_window(image, size, (0, 0, *size)), expected, atol=1e-5)


@given(st.integers(0, 2**32 - 1), sides, sides, sides, sides, st.integers(1, 30), st.booleans())
@settings(max_examples=80, deadline=None)
def test_rows_that_come_bit_by_bit_are_scaled_as_at_once(
    seed: int, height: int, width: int, n_rows: int, n_columns: int, n: int, is_smooth: bool
) -> None:
    image = np.random.default_rng(seed).integers(0, 256, (4, height, width)).astype(np.uint8)
    whole = RowScaler((height, width), (n_rows, n_columns), is_smooth=is_smooth).scale(image)
    scaler = RowScaler((height, width), (n_rows, n_columns), is_smooth=is_smooth)
    parts = [scaler.scale(image[:, y : y + n]) for y in range(0, height, n)]
    assert whole.shape == (4, n_rows, n_columns)
    assert np.array_equal(np.concatenate(parts, axis=1), whole)
