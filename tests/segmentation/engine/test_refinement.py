"""The refinement network's answers keep what the clicks say, whatever the network thinks."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import ndimage

from segmentation.engine.arrays import AnyArray, FloatArray
from segmentation.engine.errors import WeightsRefused
from segmentation.engine.methods.generalist.closeup import (
    VIEW_SIDE,
    CloseUp,
    close_up,
    look,
    put_back,
)
from segmentation.engine.methods.generalist.inference import Runner
from segmentation.engine.methods.generalist.network import Network
from segmentation.engine.methods.generalist.prompter import Prompter, Scene
from segmentation.engine.methods.generalist.refinement import (
    REFINEMENT_WEIGHTS,
    RefinementNetwork,
    chances,
    load_refinement,
    prepare_refinement,
    scene_planes,
)
from segmentation.engine.methods.generalist.refining import Outline, Refiner
from segmentation.engine.one_cell import Point, one_cell, pixel_of
from segmentation.engine.prompting import Prompt, cell_at, thinned
from segmentation.engine.tiling import Window
from segmentation.engine.training.click_feeding import turn
from segmentation.engine.training.click_loop import ClickSettings, ClickTraining, new_drill
from segmentation.engine.training.clicks import Example, next_click
from segmentation.engine.training.export import save_weights
from segmentation.engine.weights import Card, find_card, sha256_of
from tests.segmentation.engine.test_prompting import DIAMETER, drawn, drawn_fields

SHAPE = (160, 160)
EVERYWHERE = np.ones(SHAPE, bool)
CORNERS_TOUCH = np.ones((3, 3), bool)

seeds = st.integers(0, 2**32 - 1)
points = st.tuples(st.floats(0, 159), st.floats(0, 159))


def blobs(seed: int) -> AnyArray:
    """A mask of some random shapes (160, 160) bool."""
    rng = np.random.default_rng(seed)
    mask: AnyArray = ndimage.gaussian_filter(rng.standard_normal(SHAPE), rng.uniform(2, 9)) > 0
    return mask


def guessing(seed: int = 0) -> RefinementNetwork:
    """A network that never learned anything."""
    torch.manual_seed(seed)
    network = RefinementNetwork().eval()
    torch.nn.init.normal_(network.head.weight, std=3.0)
    return prepare_refinement(network)


def refiner(network: RefinementNetwork) -> Refiner:
    """A refiner of the drawn discs."""

    def scene_at(at: CloseUp) -> FloatArray:
        planes = np.repeat((drawn() > 0).astype(np.float32)[np.newaxis], 3, axis=0)
        return scene_planes(planes, drawn_fields(), at)

    return Refiner(network, scene_at, SHAPE, DIAMETER)


def flows_answer(prompt: Prompt) -> Outline:
    """What the flows say to the beginning of a prompt."""
    mask = cell_at(drawn_fields(), prompt.beginning(), DIAMETER, EVERYWHERE)
    return Outline(Window(0, 0, *SHAPE), mask)


@settings(deadline=None, max_examples=60)
@given(seeds, st.lists(points, min_size=1, max_size=4), st.lists(points, max_size=3))
def test_one_cell_is_connected_holds_what_is_added_and_nothing_that_is_removed(
    seed: int, inside: list[Point], removed: list[Point]
) -> None:
    mask = blobs(seed)
    cell = one_cell(mask, inside, removed, EVERYWHERE)
    assert ndimage.label(cell, CORNERS_TOUCH)[1] <= 1
    assert not any(cell[pixel_of(point, SHAPE)] for point in removed)
    if not removed:
        assert all(cell[pixel_of(point, SHAPE)] for point in inside)
        assert np.array_equal(cell, ndimage.binary_fill_holes(cell))
    elif pixel_of(inside[0], SHAPE) not in {pixel_of(point, SHAPE) for point in removed}:
        assert cell[pixel_of(inside[0], SHAPE)]


@settings(deadline=None, max_examples=40)
@given(seeds, seeds, st.lists(points, min_size=1, max_size=3), st.lists(points, max_size=2))
def test_one_cell_never_lies_where_it_may_not(
    seed: int, other: int, inside: list[Point], removed: list[Point]
) -> None:
    free = blobs(other)
    cell = one_cell(blobs(seed), inside, removed, free)
    assert not (cell & ~free).any()
    assert ndimage.label(cell, CORNERS_TOUCH)[1] <= 1


def test_nothing_stays_nothing() -> None:
    assert not one_cell(np.zeros(SHAPE, bool), [(5, 5)], [], EVERYWHERE).any()


@settings(deadline=None, max_examples=40)
@given(
    seeds,
    st.lists(points, min_size=1, max_size=3),
    st.lists(points, max_size=2),
    st.lists(points, max_size=4),
)
def test_whatever_the_network_thinks_the_answer_obeys_the_clicks(
    seed: int, added: list[Point], removed: list[Point], stroke: list[Point]
) -> None:
    prompt = Prompt(tuple(added), tuple(removed), tuple(stroke))
    outline = refiner(guessing(seed % 7)).refine(flows_answer(prompt), prompt)
    assume(outline is not None)
    assert outline is not None
    w = outline.window
    assert 0 <= w.y0 < w.y1 <= SHAPE[0]
    assert 0 <= w.x0 < w.x1 <= SHAPE[1]
    cell = np.zeros(SHAPE, bool)
    cell[w.y0 : w.y1, w.x0 : w.x1] = outline.mask
    assert ndimage.label(cell, CORNERS_TOUCH)[1] == 1
    taken_back = {pixel_of(point, SHAPE) for point in removed}
    assert not any(cell[pixel] for pixel in taken_back)
    first = pixel_of(prompt.inside[0], SHAPE)
    assert cell[first] or first in taken_back


def test_the_same_clicks_have_the_same_answer() -> None:
    prompt = Prompt(((80.0, 80.0),), ((80.0, 95.0),))
    flows = flows_answer(prompt)
    once = refiner(guessing()).refine(flows, prompt)
    again = refiner(guessing()).refine(flows, prompt)
    assert once is not None
    assert again is not None
    assert once.window == again.window
    assert np.array_equal(once.mask, again.mask)


def test_where_the_network_sees_nothing_the_flows_answer() -> None:
    blind = RefinementNetwork().eval()
    with torch.no_grad():
        assert blind.head.bias is not None
        blind.head.weight.zero_()
        blind.head.bias.fill_(-20)
    plane = (drawn() > 0).astype(np.float32)[np.newaxis]
    scene = Scene(*SHAPE, ((0.0, 1.0),), lambda w: plane[:, w.y0 : w.y1, w.x0 : w.x1])
    torch.manual_seed(0)
    runner = Runner(Network("S").eval(), torch.device("cpu"))
    prompt = Prompt(((80.0, 80.0),), ((85.0, 80.0),))
    alone = Prompter(scene, runner, DIAMETER).cell(prompt)
    helped = Prompter(scene, runner, DIAMETER, prepare_refinement(blind)).cell(prompt)
    assert alone.window == helped.window
    assert np.array_equal(alone.labels, helped.labels)


def test_the_mirror_image_of_a_view_has_the_mirror_image_of_its_answer() -> None:
    rng = np.random.default_rng(0)
    planes = rng.standard_normal((10, VIEW_SIDE, VIEW_SIDE)).astype(np.float32)
    mirrored = planes[:, ::-1].copy()
    mirrored[4] *= -1
    network = guessing()
    assert np.allclose(chances(network, mirrored), chances(network, planes)[::-1], atol=1e-4)


@settings(deadline=None, max_examples=40)
@given(seeds, st.lists(points, min_size=1, max_size=4), st.floats(4, 200))
def test_a_close_up_holds_the_mask_and_the_clicks(
    seed: int, clicks: list[Point], diameter: float
) -> None:
    mask = blobs(seed) & (np.add.outer(np.arange(160), np.arange(160)) < 90)
    at = close_up(mask, clicks, diameter)
    for y, x in at.to_view(clicks):
        assert 0 <= y <= VIEW_SIDE - 1
        assert 0 <= x <= VIEW_SIDE - 1
    ys, xs = np.nonzero(mask)
    if len(ys):
        assert at.y0 <= ys.min() <= ys.max() < at.y0 + at.side
        assert at.x0 <= xs.min() <= xs.max() < at.x0 + at.side


@pytest.mark.parametrize("at", [CloseUp(20, 30, 70), CloseUp(-40, 90, 120), CloseUp(60, 60, 24)])
def test_what_is_looked_at_comes_back_to_its_place(at: CloseUp) -> None:
    mask = drawn() > 0
    back = put_back(look(mask[np.newaxis], at)[0], at, SHAPE) > 0.5
    w = at.within(SHAPE)
    there = np.zeros(SHAPE, bool)
    there[w.y0 : w.y1, w.x0 : w.x1] = mask[w.y0 : w.y1, w.x0 : w.x1]
    assert (back ^ there).sum() <= 0.03 * there.sum()


def test_a_stroke_keeps_its_ends_and_loses_what_says_nothing() -> None:
    stroke = tuple((0.0, float(x)) for x in range(50))
    kept = thinned(stroke, 10.0)
    assert kept == ((0.0, 0.0), (0.0, 10.0), (0.0, 20.0), (0.0, 30.0), (0.0, 40.0), (0.0, 49.0))
    assert thinned((), 10.0) == ()


@settings(deadline=None, max_examples=40)
@given(seeds, seeds)
def test_the_next_click_lies_in_an_error_and_says_which(seed: int, other: int) -> None:
    answer, target = blobs(seed), blobs(other)
    click = next_click(answer, target, EVERYWHERE, np.random.default_rng(seed))
    if click is None:
        assert ndimage.label(answer ^ target)[1] == 0 or seed == other
        return
    (y, x), is_adding = click
    assert answer[int(y), int(x)] != target[int(y), int(x)]
    assert target[int(y), int(x)] == is_adding


def example() -> Example:
    """A bright disc whose first mask is half of it."""
    y, x = np.mgrid[:VIEW_SIDE, :VIEW_SIDE]
    target = np.hypot(y - 48, x - 48) < 14
    scene = np.zeros((7, VIEW_SIDE, VIEW_SIDE), np.float16)
    scene[:4] = 2 * target - 1
    half = (target & (x < 48)).astype(np.float16)
    return Example(scene, half, target, np.ones_like(target), ((48.0, 44.0),))


def test_a_few_steps_learn_one_cell(tmp_path: Path) -> None:
    training = ClickTraining(ClickSettings(seed=0, minutes=1.0, n_steps=1000), tmp_path)
    drills = [new_drill(example(), 0) for _ in range(2)]
    losses = [training.step(drills)[0] for _ in range(40)]
    assert np.mean(losses[-5:]) < 0.75 * np.mean(losses[:5])


def test_a_training_goes_on_where_it_was_left(tmp_path: Path) -> None:
    plan = ClickSettings(seed=0, minutes=1.0, n_steps=1000)
    training = ClickTraining(plan, tmp_path)
    drills = [new_drill(example(), 0) for _ in range(2)]
    training.step(drills)
    training.save()
    expected = training.step(drills)[0]
    resumed = ClickTraining(plan, tmp_path)
    resumed.resume()
    assert resumed.n_done == 1
    assert resumed.step(drills)[0] == pytest.approx(expected, rel=1e-4)


def test_a_drill_clicks_until_the_answer_is_right_or_its_clicks_are_used_up() -> None:
    rng = np.random.default_rng(0)
    drill = new_drill(example(), 2)
    wrong = drill.example.previous > 0
    assert drill.take(wrong, rng)
    assert len(drill.added) == 2
    assert not drill.take(drill.example.target, rng)
    assert drill.take(wrong, rng)
    assert not drill.take(wrong, rng)


@settings(deadline=None, max_examples=20)
@given(seeds)
def test_a_turned_example_is_the_same_cell_seen_otherwise(seed: int) -> None:
    rng = np.random.default_rng(seed)
    before = example()
    scene = before.scene.copy()
    y, x = np.mgrid[:VIEW_SIDE, :VIEW_SIDE].astype(np.float16)
    scene[4], scene[5] = (48 - y) / 48, (48 - x) / 48
    turned = turn(replace(before, scene=scene), rng)
    assert turned.target.sum() == before.target.sum()
    assert turned.previous.sum() == before.previous.sum()
    (py, px), *_ = turned.added
    assert turned.target[int(py), int(px)]
    # The flows still point to the middle.
    ys, xs = np.nonzero(turned.target)
    assert np.sign(turned.scene[4][ys, xs]) @ np.sign(47.5 - ys) > 0.8 * len(ys)
    assert np.sign(turned.scene[5][ys, xs]) @ np.sign(47.5 - xs) > 0.8 * len(xs)


def test_the_shipped_weights_are_small_and_say_where_they_come_from() -> None:
    card = find_card(REFINEMENT_WEIGHTS)
    assert card.path.stat().st_size < 1.5e6
    assert card.facts["fields_of"]["sha256"]
    assert all(source["licence"] != "not stated" for source in card.facts["data"])
    assert {"command", "n_steps"} <= card.facts["training"].keys()
    assert load_refinement(card) is load_refinement(card)


def test_weights_that_are_not_those_of_the_card_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "clicks-s.safetensors"
    save_weights(RefinementNetwork().state_dict(), path)
    facts = {"sha256": sha256_of(path)}
    path.with_suffix(".json").write_text(json.dumps(facts))
    assert isinstance(load_refinement(find_card("clicks-s", tmp_path)), RefinementNetwork)
    path.write_bytes(path.read_bytes()[:-1] + b"\x01")
    with pytest.raises(WeightsRefused):
        load_refinement(find_card("clicks-s", tmp_path))
    with pytest.raises(WeightsRefused):
        load_refinement(Card("clicks-s", tmp_path / "none.safetensors", "", {}))
