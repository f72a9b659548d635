"""How large cells are, judged from several looks."""

from __future__ import annotations

import numpy as np
import pytest

from segmentation.engine.methods.generalist.sizing import (
    LARGEST_FACTOR,
    SMALLEST_FACTOR,
    SizeEstimate,
    combine,
    estimate_size,
    scale_factor,
    spread_windows,
)


def test_cells_near_27_px_are_answered_as_they_are_and_others_rescaled() -> None:
    assert scale_factor(27) == scale_factor(24) == scale_factor(32) == 1
    assert scale_factor(54) == 0.5
    assert scale_factor(1) == LARGEST_FACTOR
    assert scale_factor(1000) == SMALLEST_FACTOR


def test_the_size_is_that_of_the_median_cell_not_of_the_median_pixel() -> None:
    fields = np.zeros((5, 200, 200), np.float32)
    fields[0, :, :100] = 1
    fields[4, :, :80] = np.log2(160)
    fields[4, :, 80:100] = np.log2(20)
    estimate = estimate_size(fields)
    assert estimate is not None
    assert estimate.diameter_px == pytest.approx(20)


def test_hardly_any_foreground_gives_no_size() -> None:
    assert estimate_size(np.zeros((5, 64, 64), np.float32)) is None


def test_the_look_with_the_clearest_flows_decides() -> None:
    unsure, sure = SizeEstimate(24, 0.4, 0.1), SizeEstimate(60, 0.8, 0.1)
    assert combine([unsure, sure]).diameter_px == pytest.approx(60, rel=0.01)
    assert combine([SizeEstimate(24, 0.8, 0.1), SizeEstimate(60, 0.8, 0.1)]).diameter_px == (
        pytest.approx(np.sqrt(24 * 60))
    )


def test_a_look_that_takes_colonies_for_cells_does_not_count() -> None:
    cells = SizeEstimate(20, 0.4, 0.3)
    assert combine([cells, SizeEstimate(150, 0.9, 0.3)]).diameter_px == pytest.approx(20)
    elsewhere = combine([cells, SizeEstimate(60, 0.45, 0.02)]).diameter_px
    assert elsewhere == pytest.approx(20, rel=0.05)


def test_windows_lie_inside_the_image_and_follow_the_contrast() -> None:
    plane = np.zeros((2000, 1500), np.float32)
    plane[1400:, 900:] = np.random.default_rng(0).normal(size=(600, 600))
    corners = spread_windows(2000, 1500, 512, 2, plane)
    assert len(corners) == 2
    assert corners[0] == (1488, 988)
    assert all(0 <= y <= 2000 - 512 and 0 <= x <= 1500 - 512 for y, x in corners)
