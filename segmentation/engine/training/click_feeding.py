"""Hand out examples of clicks faster than they can be drawn: each is used several times, turned."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np
import torch
from torch.utils.data import DataLoader, IterableDataset

from segmentation.engine.arrays import AnyArray
from segmentation.engine.methods.generalist.closeup import VIEW_SIDE
from segmentation.engine.methods.generalist.inference import Runner
from segmentation.engine.methods.generalist.refinement import FLOW_PLANES
from segmentation.engine.one_cell import Point
from segmentation.engine.training.clicks import Example, Rng, draw_examples
from segmentation.engine.training.data import Cluster

POOL_SIZE = 2500
FIRST_FILL = 250
"""So many examples are drawn before the first is handed out."""
N_AHEAD = 64
FLOW_Y, FLOW_X = FLOW_PLANES[-2], FLOW_PLANES[-1]


class _Examples(IterableDataset[Example]):
    """Examples without end, drawn in a process of its own."""

    def __init__(self, clusters: Sequence[Cluster], runner: Runner, seed: int) -> None:
        self.clusters, self.runner, self.seed = clusters, runner, seed

    def __iter__(self) -> Iterator[Example]:
        torch.set_num_threads(1)
        rng = np.random.default_rng(self.seed)
        while True:
            yield from draw_examples(self.clusters, self.runner, rng)


class ExamplePool:
    """The last examples that another process drew; `draw` never waits but at the beginning."""

    def __init__(self, clusters: Sequence[Cluster], runner: Runner, seed: int) -> None:
        self._loader = DataLoader(
            _Examples(clusters, runner, seed),
            batch_size=None,
            num_workers=1,
            prefetch_factor=N_AHEAD,
            multiprocessing_context="fork",
        )
        self._examples: deque[Example] = deque(maxlen=POOL_SIZE)
        self._is_filled = threading.Event()
        threading.Thread(target=self._fill, daemon=True).start()

    def _fill(self) -> None:
        for example in self._loader:
            self._examples.append(example)
            if len(self._examples) >= FIRST_FILL:
                self._is_filled.set()

    def draw(self, rng: Rng) -> Example:
        """Return one of the last examples, turned at random."""
        self._is_filled.wait()
        return turn(self._examples[int(rng.integers(len(self._examples)))], rng)


def turn(example: Example, rng: Rng) -> Example:
    """Return an example mirrored and turned by right angles at random."""
    for change in (_swap_axes, _mirror_y, _mirror_x):
        if rng.random() < 0.5:
            example = change(example)
    return example


def _swap_axes(example: Example) -> Example:
    scene = example.scene.swapaxes(1, 2).copy()
    scene[[FLOW_Y, FLOW_X]] = scene[[FLOW_X, FLOW_Y]]
    added = tuple((x, y) for y, x in example.added)
    return _changed(example, scene, added, lambda mask: mask.T)


def _mirror_y(example: Example) -> Example:
    scene = example.scene[:, ::-1].copy()
    scene[FLOW_Y] *= -1
    added = tuple((VIEW_SIDE - 1 - y, x) for y, x in example.added)
    return _changed(example, scene, added, lambda mask: mask[::-1])


def _mirror_x(example: Example) -> Example:
    scene = example.scene[:, :, ::-1].copy()
    scene[FLOW_X] *= -1
    added = tuple((y, VIEW_SIDE - 1 - x) for y, x in example.added)
    return _changed(example, scene, added, lambda mask: mask[:, ::-1])


def _changed(
    example: Example,
    scene: AnyArray,
    added: tuple[Point, ...],
    change: Callable[[AnyArray], AnyArray],
) -> Example:
    """Return the example with these planes and clicks, and its masks changed alike."""
    masks = (example.previous, example.target, example.is_known)
    previous, target, is_known = (change(mask) for mask in masks)
    return replace(
        example, scene=scene, previous=previous, target=target, is_known=is_known, added=added
    )
