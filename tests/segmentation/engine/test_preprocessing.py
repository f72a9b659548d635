"""What a run does to the pixels before it looks: by windows as on the whole, and to copies."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segmentation.engine.arrays import AnyArray
from segmentation.engine.errors import InvalidParameters
from segmentation.engine.metrics import score
from segmentation.engine.preprocessing import prepared
from segmentation.engine.preprocessing.background import backdrop_of, light_of
from segmentation.engine.preprocessing.prepared import prepare
from segmentation.engine.preprocessing.settings import Preprocessing, preprocessing_of
from segmentation.engine.segment import segment
from segmentation.engine.tiling import Window

WANTED = st.builds(
    Preprocessing,
    background=st.sampled_from(["none", "divide", "subtract"]),
    window_px=st.none() | st.floats(16, 90),
    denoise=st.sampled_from(["none", "median", "gaussian"]),
    low_percentile=st.sampled_from([1.0, 10.0]),
    high_percentile=st.sampled_from([99.8, 80.0]),
)


def shade(shape: tuple[int, int], strength: float) -> AnyArray:
    """Light that falls off from the middle to 1 - strength in the corners."""
    y, x = (np.linspace(-1, 1, n) for n in shape)
    return 1 - strength * (y[:, None] ** 2 + x[None, :] ** 2) / 2


@given(st.integers(0, 2**32 - 1), WANTED, st.integers(1, 60), st.integers(1, 60))
@settings(max_examples=60, deadline=None)
def test_a_window_gives_what_the_whole_gives(
    seed: int, wanted: Preprocessing, height: int, width: int
) -> None:
    rng = np.random.default_rng(seed)
    planes = rng.integers(0, 4000, (2, height, width)).astype(np.uint16)
    whole = prepare(planes, wanted)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(prepared, "IN_MEMORY_BYTES", 0)
        lazy = prepare(planes, wanted)
    y, x = sorted(rng.integers(0, height + 1, 2)), sorted(rng.integers(0, width + 1, 2))
    part = np.s_[1, y[0] : y[1], x[0] : x[1]]
    assert np.array_equal(lazy[part], whole[part])
    assert np.array_equal(np.asarray(lazy), whole)
    assert np.array_equal(lazy[0, ::3, ::2], whole[0, ::3, ::2])
    assert whole.dtype == np.float32
    assert np.isfinite(whole).all()


def test_evening_out_takes_a_shade_away(discs: tuple[AnyArray, AnyArray]) -> None:
    uneven = discs[0] * shade(discs[0].shape, 0.7)
    even = prepare(uneven[np.newaxis].astype(np.float32), Preprocessing(background="divide"))[0]
    behind = discs[1] == 0
    assert np.std(uneven[behind]) / np.mean(uneven[behind]) > 0.2
    assert np.std(even[behind]) / np.mean(even[behind]) < 0.09  # the noise of the image is 0.06


def test_the_light_has_the_mean_one_and_never_comes_near_nothing() -> None:
    for plane in (np.zeros((40, 50), np.uint8), np.eye(33, dtype=np.float32) * 1e6):
        surface = light_of(plane).over(Window(0, 0, *plane.shape))
        assert (surface >= 0.1).all()
    steep = 1000 * shade((80, 90), 0.5)
    assert light_of(steep).over(Window(0, 0, 80, 90)).mean() == pytest.approx(1, abs=0.02)


def test_the_backdrop_follows_haze_and_not_cells(discs: tuple[AnyArray, AnyArray]) -> None:
    haze = np.linspace(0, 3000, 160)[None, :]
    planes = (discs[0] + haze)[np.newaxis].astype(np.float32)
    behind = backdrop_of(planes[0], None).over(Window(0, 0, 160, 160))
    assert abs(behind[:, 120].mean() - behind[:, 40].mean() - 1509) < 200
    without = prepare(planes, Preprocessing(background="subtract"))[0]
    inside = discs[1] > 0
    assert without[inside].mean() - without[~inside].mean() > 2700


def test_a_hot_pixel_is_gone_after_the_median_and_an_edge_is_not() -> None:
    plane = np.zeros((1, 9, 12), np.uint16)
    plane[0, :, 6:] = 500
    plane[0, 3, 2] = 65_535
    calm = prepare(plane, Preprocessing(denoise="median"))[0]
    assert np.array_equal(calm, np.where(np.arange(12) < 6, 0, 500) * np.ones((9, 1)))


@given(st.integers(0, 2**32 - 1), st.integers(1, 12), st.integers(1, 12))
@settings(max_examples=30, deadline=None)
def test_the_median_is_the_median(seed: int, height: int, width: int) -> None:
    values = np.random.default_rng(seed).normal(0, 9, (1, height, width)).astype(np.float32)
    edged = np.pad(values[0], 1, mode="edge")
    nine = np.lib.stride_tricks.sliding_window_view(edged, (3, 3))
    wanted = np.median(nine.reshape(height, width, 9), axis=2)
    assert np.array_equal(prepare(values, Preprocessing(denoise="median"))[0], wanted)


def test_limits_cut_what_is_brighter_and_darker() -> None:
    plane = np.arange(1000, dtype=np.uint16).reshape(1, 20, 50)
    cut = prepare(plane, Preprocessing(low_percentile=10, high_percentile=90))
    assert (cut.min(), cut.max()) == (pytest.approx(99.9), pytest.approx(899.1))


@pytest.mark.parametrize(
    ("given_", "sentence"),
    [
        ({"blur": 1}, "no step called blur"),
        ({"background": "magic"}, "Background must be one of"),
        ({"denoise": None}, "Denoise must be one of"),
        ({"window_px": 2}, "Window of the background must lie between 16 and 10000 px"),
        ({"low_percentile": 80}, "Black below must lie between 1 and 40 %"),
        ("divide", "a list of names and values"),
    ],
)
def test_what_cannot_be_done_is_said(given_: Any, sentence: str) -> None:
    with pytest.raises(InvalidParameters, match=sentence):
        preprocessing_of(given_)


def test_doing_nothing_is_the_same_as_asking_for_nothing() -> None:
    assert preprocessing_of(None) is None
    assert preprocessing_of({}) is None
    assert preprocessing_of({"background": "none", "window_px": 40}) is None


def test_steps_have_words_and_come_back_from_their_parameters() -> None:
    wanted = preprocessing_of({"background": "subtract", "window_px": 64, "denoise": "median"})
    assert wanted is not None
    assert wanted.words == (
        "background subtraction (window of 64 px)",
        "median filter of 3 × 3 pixels",
    )
    assert preprocessing_of(wanted.to_parameters()) == wanted


@pytest.mark.parametrize("method", ["generalist", "threshold"])
def test_a_run_that_evens_out_finds_the_cells_in_the_dark(
    method: str, discs: tuple[AnyArray, AnyArray]
) -> None:
    uneven = (discs[0] * shade(discs[0].shape, 0.8)).astype(np.uint16)[np.newaxis]
    untouched = uneven.copy()
    parameters = {"preprocessing": {"background": "divide"}}
    result = segment(uneven, method=method, parameters=parameters)
    assert score(result.labels, discs[1])[0].average_precision == 1
    assert np.array_equal(uneven, untouched)
    assert result.manifest["parameters"]["preprocessing"] == {"background": "divide"}
    plain = segment(uneven, method=method, parameters={})
    assert "preprocessing" not in plain.manifest["parameters"]
