"""From the mask of the flows to the mask of the refinement network, in one look or two."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from segmentation.engine.arrays import AnyArray, FloatArray
from segmentation.engine.methods.generalist.closeup import CloseUp, close_up, look, put_back
from segmentation.engine.methods.generalist.refinement import (
    RefinementNetwork,
    chances,
    input_planes,
    one_thread,
)
from segmentation.engine.one_cell import Point, one_cell, pixel_of
from segmentation.engine.prompting import Prompt
from segmentation.engine.tiling import Window

CERTAIN = 0.5
"""A pixel belongs to the cell from this chance on."""
FLOWS_SHARE = 0.25
"""How much the flows count at the first look: where both know the cell they err in other places."""
NOTHING_SEEN = 0.35
"""Below this chance at every click that adds, the network sees no cell there."""


@dataclass(frozen=True)
class Outline:
    """`mask` (h, w) bool of one cell in a window of the plane; possibly empty."""

    window: Window
    mask: AnyArray

    def inwards(self, points: tuple[Point, ...]) -> tuple[Point, ...]:
        """Return points (y, x) of the plane in pixels of the window."""
        return tuple((y - self.window.y0, x - self.window.x0) for y, x in points)

    def tidied(self, prompt: Prompt, diameter: float) -> Outline:
        """Return it as one cell that keeps what the prompt says."""
        inside, removed = self.inwards(prompt.inside), self.inwards(prompt.removed)
        free = np.ones(self.mask.shape, bool)
        mask = one_cell(self.mask, inside, removed, free, max(1, int(diameter / 12)))
        return Outline(self.window, mask)


@dataclass(frozen=True)
class Refiner:
    """Improves outlines in a plane of `shape` whose cells measure about `diameter` pixels.

    `scene_at` returns the scene planes (7, 96, 96) of a close-up, see `scene_planes`.
    """

    network: RefinementNetwork
    scene_at: Callable[[CloseUp], FloatArray]
    shape: tuple[int, int]
    diameter: float

    def refine(self, flows: Outline, prompt: Prompt) -> Outline | None:
        """Return the cell that the prompt (in pixels of the plane) means.

        `flows` is what the flows answer to the beginning of the prompt. None where the network
        sees nothing at the clicks.
        """
        beginning = prompt.beginning()
        with one_thread():
            found = self._look(flows, beginning, FLOWS_SHARE)
            if prompt == beginning:
                return found
            return self._look(found or flows, prompt)

    def _look(self, earlier: Outline, prompt: Prompt, share: float = 0.0) -> Outline | None:
        """Ask the network once; None when it sees nothing at the clicks that add.

        An earlier outline that is not empty counts as much as `share` says.
        """
        points = prompt.inside + prompt.removed
        at = close_up(earlier.mask, earlier.inwards(points), self.diameter)
        previous = look(earlier.mask[np.newaxis], at)[0]
        at = at.moved(earlier.window.y0, earlier.window.x0)
        inside, removed = at.to_view(prompt.inside), at.to_view(prompt.removed)
        planes = input_planes(self.scene_at(at), inside, removed, previous)
        chance = chances(self.network, planes)
        if max(float(chance[pixel_of(point, chance.shape)]) for point in inside) < NOTHING_SEEN:
            return None
        if earlier.mask.any():
            chance = (1 - share) * chance + share * previous
        window = at.within(self.shape)
        shape = (window.y1 - window.y0, window.x1 - window.x0)
        mask = put_back(chance, at.moved(-window.y0, -window.x0), shape) > CERTAIN
        return Outline(window, mask).tidied(prompt, self.diameter) if mask.any() else None
