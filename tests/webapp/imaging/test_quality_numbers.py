"""Quality numbers say how bad an image is, whatever its brightness, contrast and orientation."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from webapp.imaging.quality.debris import _pieces, _runs
from webapp.imaging.quality.fingerprint import agreement, fingerprint
from webapp.imaging.quality.flags import MEANINGS, Flag, shown_number
from webapp.imaging.quality.measure import MEASURES, numbers_of
from webapp.imaging.quality.sample import Sample, pixel_noise

SIDE = 192
SEEDS = st.integers(0, 2**16)


def cells(seed: int, is_light: bool = False) -> NDArray[np.float64]:
    """Thirty sharp discs on a flat background, values 40..220, with some noise."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:SIDE, :SIDE]
    plane = np.full((SIDE, SIDE), 40.0)
    for cy, cx, radius in zip(
        rng.integers(0, SIDE, 30), rng.integers(0, SIDE, 30), rng.integers(5, 12, 30), strict=True
    ):
        plane[(y - cy) ** 2 + (x - cx) ** 2 <= radius**2] = 140 + rng.integers(0, 60)
    plane += rng.normal(0, 2, plane.shape)
    return 255 - plane if is_light else plane


def eight_bit(plane: NDArray[Any]) -> NDArray[np.uint8]:
    return np.clip(np.rint(plane), 0, 255).astype(np.uint8)


def soft(plane: NDArray[np.float64], n_times: int) -> NDArray[np.float64]:
    """Blur by running means of three pixels, again and again, with little noise."""
    for _ in range(n_times):
        plane = sum(np.roll(plane, i, 0) for i in (-1, 0, 1)) / 3
        plane = sum(np.roll(plane, i, 1) for i in (-1, 0, 1)) / 3
    return plane + np.random.default_rng(0).normal(0, 0.1, plane.shape)


def flags_of(plane: NDArray[Any]) -> set[Flag]:
    numbers = numbers_of(Sample.of(plane))
    return {flag for flag, value in numbers.items() if value > MEANINGS[flag].limit}


@settings(max_examples=6, deadline=None)
@given(SEEDS, st.booleans())
def test_sharp_cells_raise_no_flag(seed: int, is_light: bool) -> None:
    assert flags_of(eight_bit(cells(seed, is_light))) == set()


@settings(max_examples=6, deadline=None)
@given(SEEDS, st.booleans())
def test_each_damage_raises_its_flag(seed: int, is_light: bool) -> None:
    good = cells(seed, is_light)
    rng = np.random.default_rng(seed)
    slope = np.linspace(0, 1, SIDE)[None, :]
    shaded = good * (1 - 0.7 * slope) if is_light else good * 0.6 + 110 * slope
    stepped = good.copy()
    stepped[:, 70:] += -40 if is_light else 40
    file = io.BytesIO()
    Image.fromarray(eight_bit(good)).save(file, "JPEG", quality=10)
    assert Flag.BLURRED in flags_of((soft(good, 150) * 100).astype(np.uint16))
    assert Flag.SATURATED in flags_of(eight_bit(good * (3 if is_light else 1.9)))
    assert Flag.LOW_SIGNAL in flags_of(eight_bit(good / 40 + rng.normal(60, 3, good.shape)))
    assert Flag.UNEVEN in flags_of(eight_bit(shaded))
    assert Flag.SEAM in flags_of(eight_bit(stepped))
    assert Flag.COMPRESSED in flags_of(np.asarray(Image.open(file)))
    assert Flag.EMPTY in flags_of(eight_bit(rng.normal(60, 4, good.shape)))


@settings(max_examples=6, deadline=None)
@given(SEEDS, st.floats(0.5, 40), st.floats(0, 5000), st.booleans())
def test_gain_and_offset_of_the_camera_do_not_matter(
    seed: int, gain: float, offset: float, is_turned: bool
) -> None:
    plane = cells(seed).astype(np.float32)
    other = (plane * gain + offset).astype(np.float32)
    numbers = numbers_of(Sample.of(plane))
    changed = numbers_of(Sample.of(other.T if is_turned else other))
    for flag in (Flag.BLURRED, Flag.LOW_SIGNAL, Flag.UNEVEN, Flag.SEAM, Flag.EMPTY):
        assert changed[flag] == pytest.approx(numbers[flag], rel=0.05, abs=0.01), flag


@settings(max_examples=6, deadline=None)
@given(SEEDS, st.integers(0, 8))
def test_more_blur_never_looks_sharper(seed: int, n_times: int) -> None:
    good = cells(seed)
    numbers = [numbers_of(Sample.of(soft(good, n)))[Flag.BLURRED] for n in (n_times, n_times + 20)]
    assert numbers[0] < numbers[1]


@settings(max_examples=6, deadline=None)
@given(SEEDS, st.sampled_from([6, 12, 24]), st.sampled_from([0, 1]), st.floats(0.1, 10))
def test_the_number_of_focus_is_the_blur_in_pixels(
    seed: int, n_times: int, noise: int, contrast: float
) -> None:
    plane = soft(cells(seed), n_times)
    plane += np.random.default_rng(seed).normal(0, noise, plane.shape)
    number = numbers_of(Sample.of((contrast * plane).astype(np.float32)))[Flag.BLURRED]
    assert number == pytest.approx(np.sqrt(n_times * 2 / 3), rel=0.3)


@settings(max_examples=6, deadline=None)
@given(SEEDS)
def test_soft_cells_among_sharp_ones_are_in_focus(seed: int) -> None:
    half = SIDE // 2
    plane = soft(cells(seed), 40)
    plane[:, :half] = cells(seed)[:, :half]
    assert Flag.BLURRED not in flags_of(eight_bit(plane))


@settings(max_examples=6, deadline=None)
@given(SEEDS, st.integers(20, SIDE - 20), st.booleans())
def test_a_step_of_a_tenth_is_a_seam_wherever_it_runs(
    seed: int, place: int, is_turned: bool
) -> None:
    stepped = cells(seed)
    stepped[:, place:] += 16
    assert Flag.SEAM in flags_of(eight_bit(stepped.T if is_turned else stepped))


@settings(max_examples=6, deadline=None)
@given(SEEDS)
def test_four_tiles_have_a_seam_though_it_steps_up_here_and_down_there(seed: int) -> None:
    tiled = cells(seed)
    half = SIDE // 2
    tiled[:half, :half] += 20
    tiled[half:, half:] += 10
    assert Flag.SEAM in flags_of(eight_bit(tiled))


@settings(max_examples=6, deadline=None)
@given(SEEDS, st.booleans())
def test_what_is_no_step_is_no_seam(seed: int, is_turned: bool) -> None:
    good = cells(seed)
    slope, bright_line, last_line = good.copy(), good.copy(), good.copy()
    slope += np.clip(np.arange(SIDE) - 80, 0, 30)[None, :] * 2
    bright_line[:, 100] += 40
    last_line[:, -1] += 40
    for plane in (slope, bright_line, last_line):
        assert Flag.SEAM not in flags_of(eight_bit(plane.T if is_turned else plane))


@settings(max_examples=6, deadline=None)
@given(SEEDS, st.floats(0, 3.1), st.booleans())
def test_a_line_across_the_image_is_a_fiber_whatever_its_direction(
    seed: int, angle: float, is_light: bool
) -> None:
    good = cells(seed, is_light)
    y, x = np.mgrid[:SIDE, :SIDE] - SIDE / 2
    is_line = np.abs(y * np.cos(angle) - x * np.sin(angle)) < 1.5
    crossed = np.where(is_line, 5.0 if is_light else 250.0, good)
    assert Flag.DEBRIS in flags_of(eight_bit(crossed))
    assert Flag.DEBRIS not in flags_of(eight_bit(good))


def test_pieces_are_put_together_as_they_touch() -> None:
    rng = np.random.default_rng(3)
    for share in (0.05, 0.2, 0.5):
        stands_out = rng.random((40, 50)) < share
        runs = _runs(stands_out)
        drawn = np.zeros(stands_out.shape, int)
        for (row, start, end), piece in zip(runs, _pieces(runs), strict=True):
            drawn[row, start:end] = piece + 1
        wanted, n_pieces = ndimage.label(stands_out, np.ones((3, 3)))
        assert len(np.unique(drawn[stands_out])) == n_pieces
        pairs = {(a, b) for a, b in zip(drawn[stands_out], wanted[stands_out], strict=True)}
        assert len(pairs) == n_pieces


@settings(max_examples=6, deadline=None)
@given(SEEDS, SEEDS)
def test_a_fingerprint_knows_the_same_field_again_and_no_other(seed: int, other: int) -> None:
    mark = fingerprint(Sample.of(eight_bit(cells(seed))).coarse)
    brighter = Sample.of((cells(seed) * 250 + 900).astype(np.uint16))
    limit = MEANINGS[Flag.DUPLICATE].limit
    assert agreement(mark, mark) == 1
    assert agreement(mark, fingerprint(brighter.coarse)) > limit
    if other != seed:
        assert agreement(mark, fingerprint(Sample.of(eight_bit(cells(other))).coarse)) < limit


@settings(max_examples=15, deadline=None)
@given(
    st.tuples(st.integers(1, 70), st.integers(1, 70)),
    st.sampled_from(["uint8", "uint16", "float32"]),
    st.sampled_from([0.0, 1.0, 200.0]),
    st.booleans(),
)
def test_any_plane_has_finite_numbers(
    shape: tuple[int, int], dtype: str, level: float, is_noise: bool
) -> None:
    noise = np.random.default_rng(0).uniform(0, 50, shape) if is_noise else 0
    plane = np.full(shape, level) + noise
    numbers = numbers_of(Sample.of(plane.astype(dtype)))
    assert set(numbers) <= set(MEASURES)
    assert all(np.isfinite(value) and value >= 0 for value in numbers.values())


@pytest.mark.parametrize("sigma", [1.0, 5.0, 20.0])
def test_noise_is_found_beside_cells(sigma: float) -> None:
    plane = np.random.default_rng(1).normal(0, sigma, (SIDE, SIDE)) + cells(1)
    assert pixel_noise(plane.astype(np.float32)) == pytest.approx(np.hypot(sigma, 2), rel=0.15)


def test_numbers_are_shown_as_people_read_them() -> None:
    assert shown_number(Flag.SATURATED, 0.0412) == "4.1 %"
    assert shown_number(Flag.EMPTY, 0.57) == "57 %"
    assert shown_number(Flag.BLURRED, 3.27) == "3.3 px"
    assert shown_number(Flag.SEAM, 14.0) == "14.0"
