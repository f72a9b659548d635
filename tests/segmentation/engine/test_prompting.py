"""A click finds the cell that is meant, a box the cells inside it."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from segmentation.engine.arrays import AnyArray
from segmentation.engine.grouping import Fields
from segmentation.engine.methods.generalist.inference import Runner
from segmentation.engine.methods.generalist.network import Network
from segmentation.engine.methods.generalist.prompter import Prompter, Scene, TooLarge
from segmentation.engine.prompting import Prompt, cell_at, cells_in, window_around
from segmentation.engine.tiling import Window
from tests.segmentation.engine.test_grouping import perfect_fields

DIAMETER = 22.0
CENTERS = [(30, 30), (30, 52), (30, 130), *((y, x) for y in (80, 130) for x in (30, 80, 130))]


@cache
def drawn() -> AnyArray:
    """Nine discs of 22 px, the first two pushed together until they touch."""
    y, x = np.mgrid[:160, :160]
    labels = np.zeros((160, 160), np.uint32)
    for i, (cy, cx) in enumerate(CENTERS):
        labels[((y - cy) ** 2 + (x - cx) ** 2 <= 121) & (labels == 0)] = i + 1
    return labels


@cache
def drawn_fields() -> Fields:
    """What a network without an error would say of the discs."""
    return perfect_fields(drawn())


@pytest.fixture
def truth() -> AnyArray:
    """The discs."""
    return drawn()


@pytest.fixture
def fields() -> Fields:
    """The fields of the discs."""
    return drawn_fields()


def iou(mask: AnyArray, other: AnyArray) -> float:
    """Intersection over union of two masks."""
    return float((mask & other).sum() / (mask | other).sum())


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 9), st.floats(-0.6, 0.6), st.floats(-0.6, 0.6))
def test_a_click_anywhere_in_a_cell_finds_that_cell(number: int, dy: float, dx: float) -> None:
    labels = drawn()
    ys, xs = np.nonzero(labels == number)
    point = (float(ys.mean() + 11 * dy), float(xs.mean() + 11 * dx))
    mask = cell_at(drawn_fields(), Prompt((point,)), DIAMETER, np.ones(labels.shape, bool))
    assert iou(mask, labels == number) > 0.9


def test_after_a_look_a_click_asks_the_network_nothing_more() -> None:
    asked: list[Window] = []
    picture = (drawn() > 0).astype(np.float32)[np.newaxis]

    def read(window: Window) -> AnyArray:
        asked.append(window)
        return picture[:, window.y0 : window.y1, window.x0 : window.x1]

    runner = Runner(Network("S").eval(), torch.device("cpu"))
    prompter = Prompter(Scene(160, 160, ((0.0, 1.0),), read), runner, DIAMETER)
    prompter.look((80.0, 80.0))
    n_asked = len(asked)
    assert n_asked == 1
    prompter.cell(Prompt(((80.0, 80.0),)))
    assert len(asked) == n_asked


def test_a_click_where_there_is_nothing_finds_nothing(truth: AnyArray, fields: Fields) -> None:
    mask = cell_at(fields, Prompt(((55.0, 105.0),)), DIAMETER, np.ones(truth.shape, bool))
    assert not mask.any()


def test_a_click_just_beside_a_cell_means_that_cell(truth: AnyArray, fields: Fields) -> None:
    mask = cell_at(fields, Prompt(((80.0, 95.0),)), DIAMETER, np.ones(truth.shape, bool))
    assert iou(mask, truth == 5) > 0.9


def test_two_clicks_join_what_lies_under_them(truth: AnyArray, fields: Fields) -> None:
    prompt = Prompt(((30.0, 28.0), (30.0, 54.0)))
    mask = cell_at(fields, prompt, DIAMETER, np.ones(truth.shape, bool))
    assert iou(mask, (truth == 1) | (truth == 2)) > 0.9


def test_a_stroke_joins_what_lies_under_it(truth: AnyArray, fields: Fields) -> None:
    prompt = Prompt(stroke=((30.0, 28.0), (30.0, 40.0), (30.0, 54.0)))
    mask = cell_at(fields, prompt, DIAMETER, np.ones(truth.shape, bool))
    assert iou(mask, (truth == 1) | (truth == 2)) > 0.9


def test_a_click_that_removes_cuts_the_cell_between_the_clicks(
    truth: AnyArray, fields: Fields
) -> None:
    joined = ((30.0, 28.0), (30.0, 54.0))
    everywhere = np.ones(truth.shape, bool)
    whole = cell_at(fields, Prompt(joined), DIAMETER, everywhere)
    cut = cell_at(fields, Prompt(joined[:1], joined[1:]), DIAMETER, everywhere)
    assert not cut[30, 54]
    assert cut[30, 28]
    assert cut.sum() < 0.7 * whole.sum()


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 2**32 - 1))
def test_nothing_is_taken_from_where_the_cell_may_not_lie(seed: int) -> None:
    rng = np.random.default_rng(seed)
    free = rng.random((160, 160)) < 0.8
    points = tuple((float(y), float(x)) for y, x in rng.uniform(0, 160, (3, 2)))
    for prompt in (Prompt(points[:2], points[2:]), Prompt(stroke=points)):
        mask = cell_at(drawn_fields(), prompt, DIAMETER, free)
        assert not (mask & ~free).any()
    found = cells_in(drawn_fields(), (20.0, 20.0, 140.0, 140.0), free)
    assert not (found > 0)[~free].any()


def test_a_box_finds_the_cells_that_lie_mostly_in_it(truth: AnyArray, fields: Fields) -> None:
    found = cells_in(fields, (60.0, 60.0, 100.0, 160.0), np.ones(truth.shape, bool))
    assert found.max() == 2
    assert iou(found > 0, (truth == 5) | (truth == 6)) > 0.9


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.floats(0, 499), st.floats(0, 299)), min_size=1, max_size=4),
    st.floats(3, 400),
)
def test_the_window_lies_in_the_image_and_holds_the_points(
    points: list[tuple[float, float]], diameter: float
) -> None:
    y0, x0, y1, x1 = window_around(tuple(points), diameter, (500, 300))
    assert 0 <= y0 < y1 <= 500
    assert 0 <= x0 < x1 <= 300
    assert all(y0 <= y <= y1 and x0 <= x <= x1 for y, x in points)


def test_clicks_and_boxes_that_span_too_much_are_refused_before_anything_is_read() -> None:
    def read(window: Window) -> AnyArray:
        raise AssertionError(f"{window} was read")

    scene = Scene(20_000, 20_000, ((0.0, 1.0),), read)
    prompter = Prompter(scene, Runner(Network("S"), torch.device("cpu")), diameter=27.0)
    with pytest.raises(TooLarge):
        prompter.cell(Prompt(((5.0, 5.0), (19_000.0, 19_000.0))))
    with pytest.raises(TooLarge):
        prompter.cells((0.0, 0.0, 20_000.0, 20_000.0))
