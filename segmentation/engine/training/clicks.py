"""Simulate the clicks of a person on the cells of crops.

The first click lies in the cell, mostly deep in it; the next ones lie in the largest error of
the answer so far (Sofiiuk et al., ICIP 2022). The first mask is what the flows give.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from segmentation.engine.arrays import AnyArray, FloatArray
from segmentation.engine.grouping import Fields
from segmentation.engine.methods.generalist.closeup import CloseUp, close_up, look
from segmentation.engine.methods.generalist.compact import compact, opened
from segmentation.engine.methods.generalist.inference import Runner
from segmentation.engine.methods.generalist.refinement import scene_planes
from segmentation.engine.methods.generalist.sizing import scale_factor
from segmentation.engine.one_cell import Point
from segmentation.engine.prompting import Prompt, cell_at, window_around
from segmentation.engine.training.crops import Crop
from segmentation.engine.training.data import Cluster, draw_labeled_crop

CROP_SIZES = ((224, 24.0), (128, 12.0))
"""Pixels a side and diameter of the cells: as they are, and small cells that are enlarged."""
SMALL_SHARE = 0.35
CELLS_A_CROP = 8
SMALLEST_CELL_PX = 20
BACKGROUND_SHARE = 0.04
BACKGROUND_DISTANCE = 0.5
STROKE_SHARE = 0.12
EASY_IOU = 0.85
"""Of the cells that the flows outline this well, half are passed over."""
SMALLEST_ERROR_PX = 6

Rng = np.random.Generator


@dataclass(frozen=True)
class Example:
    """One cell in its close-up.

    `scene` (7, 96, 96) float16, `previous` (96, 96) float16: the mask of the flows; `target` and
    `is_known` (96, 96) bool. `added` are the first clicks in pixels of the view.
    """

    scene: AnyArray
    previous: AnyArray
    target: AnyArray
    is_known: AnyArray
    added: tuple[Point, ...]


@dataclass(frozen=True)
class AnsweredCrop:
    """A crop, the fields that the frozen generalist sees in it, and the size of its cells."""

    crop: Crop
    fields: Fields
    diameter: float


def draw_examples(
    clusters: Sequence[Cluster], runner: Runner, rng: Rng, *, is_augmented: bool = True
) -> list[Example]:
    """Return examples of several cells of one crop; none when it shows no cell."""
    answered = draw_answered_crop(clusters, runner, rng, is_augmented=is_augmented)
    cells = answered.crop.cells
    areas = np.bincount(np.maximum(cells, 0).ravel())
    areas[0] = 0
    numbers = rng.permutation(np.flatnonzero(areas >= SMALLEST_CELL_PX))[:CELLS_A_CROP]
    examples = []
    for number in numbers:
        inside = cells == number
        clicks = _first_clicks(inside, rng)
        example, iou = _example(answered, inside, clicks, rng)
        if iou < EASY_IOU or rng.random() < 0.5:
            examples.append(example)
    if rng.random() < BACKGROUND_SHARE * CELLS_A_CROP:
        examples += _background_example(answered, rng)
    return examples


def draw_answered_crop(
    clusters: Sequence[Cluster], runner: Runner, rng: Rng, *, is_augmented: bool
) -> AnsweredCrop:
    """Draw a crop, clusters by weight, and let the generalist answer it as it would in use."""
    weights = np.array([cluster.weight for cluster in clusters])
    cluster = clusters[rng.choice(len(clusters), p=weights / weights.sum())]
    size, diameter = CROP_SIZES[int(rng.random() < SMALL_SHARE)]
    crop = draw_labeled_crop(cluster, size, rng, is_augmented=is_augmented, diameter=diameter)
    found = np.unique(crop.cells[crop.cells > 0], return_counts=True)[1]
    present = 2 * np.sqrt(found / np.pi)
    median = float(np.median(present)) if len(present) else diameter
    diameter = float(np.clip(median * 2 ** rng.normal(0, 0.3), 6, 100))
    enlarged = Runner(runner.network, runner.device, scale_factor(diameter), None, True)
    fields = opened(compact(enlarged.fields(crop.planes)))
    return AnsweredCrop(crop, fields, diameter)


def _example(
    answered: AnsweredCrop, inside: AnyArray, clicks: tuple[Point, ...], rng: Rng
) -> tuple[Example, float]:
    """Return the example of a cell (Y, X) bool and the IoU of the flows' mask with it."""
    mask = flow_mask(answered.fields, clicks, answered.diameter)
    at = _shaken(close_up(mask, clicks, answered.diameter), rng)
    layers = np.stack([mask, inside, answered.crop.cells >= 0])
    previous, target, known = look(layers, at)
    scene = scene_planes(answered.crop.planes, answered.fields, at)
    example = Example(
        scene.astype(np.float16),
        previous.astype(np.float16),
        target > 0.5,
        known > 0.99,
        at.to_view(clicks),
    )
    union = float((mask | inside).sum())
    return example, float((mask & inside).sum()) / max(union, 1.0)


def flow_mask(fields: Fields, clicks: tuple[Point, ...], diameter: float) -> AnyArray:
    """Return what the flows alone answer to clicks that add, (Y, X) bool."""
    shape = fields.foreground.shape
    y0, x0, y1, x1 = window_around(clicks, diameter, (shape[0], shape[1]))
    part = fields.part(slice(y0, y1), slice(x0, x1))
    prompt = Prompt(tuple((y - y0, x - x0) for y, x in clicks))
    mask = np.zeros(shape, bool)
    everywhere = np.ones((y1 - y0, x1 - x0), bool)
    mask[y0:y1, x0:x1] = cell_at(part, prompt, diameter, everywhere)
    return mask


def _background_example(answered: AnsweredCrop, rng: Rng) -> list[Example]:
    """Return an example of a click where there is no cell, if the crop has such a place."""
    cells = answered.crop.cells
    reach = BACKGROUND_DISTANCE * answered.diameter
    far = ndimage.distance_transform_edt(np.pad(cells == 0, 1))[1:-1, 1:-1] > reach
    if not far.any():
        return []
    point = _random_point(far, rng)
    return [_example(answered, np.zeros(cells.shape, bool), (point,), rng)[0]]


def _shaken(at: CloseUp, rng: Rng) -> CloseUp:
    """Return the close-up a little off in size and place, as a wrong first mask makes it."""
    side = round(at.side * 2 ** float(rng.normal(0, 0.2)))
    shift = (at.side - side) / 2 + rng.normal(0, 0.03, 2) * at.side
    return CloseUp(at.y0 + round(float(shift[0])), at.x0 + round(float(shift[1])), max(side, 16))


def _first_clicks(inside: AnyArray, rng: Rng) -> tuple[Point, ...]:
    """Return one click in the cell (Y, X) bool, mostly deep, sometimes a stroke through it."""
    depth = depth_of(inside)
    deep = depth > rng.choice([0.6, 0.3, 0.0], p=[0.6, 0.2, 0.2]) * depth.max()
    first = _random_point(deep, rng)
    if rng.random() >= STROKE_SHARE:
        return (first,)
    other = _random_point(depth > 0.3 * depth.max(), rng)
    n = int(rng.integers(3, 8))
    line = np.stack([np.linspace(a, b, n) for a, b in zip(first, other, strict=True)], axis=1)
    return tuple((float(y), float(x)) for y, x in line if inside[round(float(y)), round(float(x))])


def depth_of(mask: AnyArray) -> FloatArray:
    """Return the distance (Y, X) of every pixel of a mask to its rim; the border is rim."""
    depth: FloatArray = ndimage.distance_transform_edt(np.pad(mask, 1))[1:-1, 1:-1]
    return depth


def _random_point(mask: AnyArray, rng: Rng) -> Point:
    ys, xs = np.nonzero(mask)
    i = int(rng.integers(len(ys)))
    return float(ys[i]), float(xs[i])


def next_click(
    answer: AnyArray, target: AnyArray, is_known: AnyArray, rng: Rng | None = None
) -> tuple[Point, bool] | None:
    """Return a click (y, x) in the largest error and whether it adds; None when all is well.

    The masks are (Y, X) bool. Without `rng` the click lies where the error is deepest.
    """
    numbers, n_errors = ndimage.label((answer ^ target) & is_known)
    if n_errors == 0:
        return None
    areas = np.bincount(numbers.ravel())[1:]
    if rng is not None and areas.max() < SMALLEST_ERROR_PX:
        return None
    depth = depth_of(numbers == 1 + int(np.argmax(areas)))
    if rng is not None and rng.random() < 0.4:
        point = _random_point(depth > 0.4 * depth.max(), rng)
    else:
        y, x = np.unravel_index(int(np.argmax(depth)), depth.shape)
        point = (float(y), float(x))
    return point, bool(target[int(point[0]), int(point[1])])
