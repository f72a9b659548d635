"""Click as a reviewer would on held-out images, and measure what comes of it."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from segmentation.engine.arrays import AnyArray
from segmentation.engine.files import read_image, read_labels
from segmentation.engine.methods.generalist.inference import Runner
from segmentation.engine.methods.generalist.prompter import Prompter, Scene
from segmentation.engine.methods.generalist.refinement import RefinementNetwork
from segmentation.engine.normalize import choose_channels, contrast_limits
from segmentation.engine.one_cell import Point
from segmentation.engine.prompting import Prompt
from segmentation.engine.training.clicks import depth_of, next_click
from segmentation.engine.training.data import LabeledFile

SMALLEST_CELL_PX = 30


@dataclass(frozen=True)
class Clicked:
    """What the clicks on one cell reached: the IoU after each, and how long each took."""

    ious: tuple[float, ...]
    times_ms: tuple[float, ...]


def deepest(mask: AnyArray) -> Point:
    """Return the point (y, x) of a mask that is farthest from its rim."""
    y, x = np.unravel_index(int(np.argmax(depth_of(mask))), mask.shape)
    return float(y), float(x)


def prompter_of(pixels: AnyArray, runner: Runner, refinement: RefinementNetwork | None) -> Prompter:
    """Return a prompter of one plane of an image (C, Y, X), as the product makes it."""
    channels = list(choose_channels(pixels))
    limits = tuple(contrast_limits(pixels[c]) for c in channels)
    scene = Scene(
        pixels.shape[1],
        pixels.shape[2],
        limits,
        lambda w: pixels[channels, w.y0 : w.y1, w.x0 : w.x1],
    )
    return Prompter(scene, runner, refinement=refinement)


def click_on(prompter: Prompter, cell: AnyArray, n_clicks: int) -> Clicked:
    """Click on one true cell (Y, X) bool: where it is deepest, then in the largest error."""
    added, removed = [deepest(cell)], list[Point]()
    ious: list[float] = []
    times: list[float] = []
    everywhere = np.ones(cell.shape, bool)
    for _ in range(n_clicks):
        started_at = time.perf_counter()
        found = prompter.cell(Prompt(tuple(added), tuple(removed)))
        times.append(1000 * (time.perf_counter() - started_at))
        mask = np.zeros(cell.shape, bool)
        w = found.window
        mask[w.y0 : w.y1, w.x0 : w.x1] = found.labels > 0
        ious.append(float((mask & cell).sum() / (mask | cell).sum()))
        click = next_click(mask, cell, everywhere)
        if click is None:
            ious += ious[-1:] * (n_clicks - len(ious))
            break
        (added if click[1] else removed).append(click[0])
    return Clicked(tuple(ious), tuple(times))


def click_through(
    files: Sequence[LabeledFile],
    runner: Runner,
    refinement: RefinementNetwork | None,
    *,
    n_cells: int = 12,
    n_clicks: int = 3,
    seed: int = 0,
) -> dict[str, list[Clicked]]:
    """Click on some cells of every file; the results by modality. The same cells for a seed."""
    rng = np.random.default_rng(seed)
    results: dict[str, list[Clicked]] = {}
    for file in files:
        pixels, truth = read_image(file.image).pixels[0, :, 0], read_labels(file.labels)[0]
        prompter = prompter_of(pixels, runner, refinement)
        areas = np.bincount(truth.ravel())
        areas[0] = 0
        numbers = rng.permutation(np.flatnonzero(areas >= SMALLEST_CELL_PX))[:n_cells]
        mine = results.setdefault(file.part.modality, [])
        mine += [click_on(prompter, truth == number, n_clicks) for number in numbers]
    return results


def summarize_clicks(results: Mapping[str, Sequence[Clicked]]) -> dict[str, dict[str, object]]:
    """Return by modality the number of cells and the mean IoU after each click."""
    return {
        modality: {
            "n_cells": len(cells),
            "mean_iou": [round(float(v), 3) for v in np.mean([c.ious for c in cells], axis=0)],
        }
        for modality, cells in results.items()
        if cells
    }
