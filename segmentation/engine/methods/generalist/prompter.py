"""Answer clicks and boxes on one plane: the network looks at a window, and remembers it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from segmentation.engine.arrays import AnyArray, FloatArray, LabelArray
from segmentation.engine.grouping import Fields
from segmentation.engine.methods.generalist.closeup import CloseUp
from segmentation.engine.methods.generalist.compact import compact, opened
from segmentation.engine.methods.generalist.inference import Runner
from segmentation.engine.methods.generalist.looks import look_closer
from segmentation.engine.methods.generalist.refinement import RefinementNetwork, scene_planes
from segmentation.engine.methods.generalist.refining import Outline, Refiner
from segmentation.engine.methods.generalist.sizing import NETWORK_DIAMETER, scale_factor
from segmentation.engine.normalize import scale_to_unit, spread_over_planes
from segmentation.engine.one_cell import Point
from segmentation.engine.prompting import (
    Box,
    Prompt,
    cell_at,
    cells_in,
    thinned,
    window_around,
)
from segmentation.engine.tiling import Window

NETWORK_SIDE = 384
"""A window that is new is answered at about this many pixels a side, in tens of milliseconds."""
LARGEST_NETWORK_SIDE = 1536
N_REMEMBERED = 16
RIM_PX = 16
STROKE_STEP = 0.3
"""Of a stroke, points this many diameters apart are enough."""


class TooLarge(ValueError):
    """The box or the clicks span more than is answered at once."""


@dataclass(frozen=True)
class Scene:
    """One plane of an image that is read by windows.

    `read(window)` returns the chosen channels (C, h, w); `limits` are their contrast limits.
    """

    height: int
    width: int
    limits: tuple[tuple[float, float], ...]
    read: Callable[[Window], AnyArray]


@dataclass(frozen=True)
class Found:
    """`labels` (h, w) uint32 of the cells in the window, 0 where there is none."""

    window: Window
    labels: LabelArray


@dataclass(frozen=True)
class Seen:
    """The planes (3, h, w) uint8 of a window, and its fields."""

    planes: AnyArray
    fields: Fields


class Prompter:
    """Keeps what the network said about the last windows of a plane.

    Without a `refinement` network the flows alone answer.
    """

    def __init__(
        self,
        scene: Scene,
        runner: Runner,
        diameter: float | None = None,
        refinement: RefinementNetwork | None = None,
    ) -> None:
        self.scene = scene
        self.runner = runner
        self.diameter = diameter
        self.refinement = refinement
        self._known: OrderedDict[Window, Seen] = OrderedDict()

    def look(self, point: Point) -> None:
        """Look around a point before anybody clicks there, so that the click finds its fields."""
        diameter = self._diameter_at(point)
        shape = (self.scene.height, self.scene.width)
        self._seen(Window(*window_around((point,), diameter, shape)))

    def cell(self, prompt: Prompt) -> Found:
        """Return the cell that the points (in pixels of the plane) mean, as label 1.

        Raises `TooLarge` when they lie too far apart.
        """
        diameter = self._diameter_at(prompt.inside[0])
        prompt = replace(prompt, stroke=thinned(prompt.stroke, STROKE_STEP * diameter))
        shape = (self.scene.height, self.scene.width)
        window = Window(*window_around(prompt.inside + prompt.removed, diameter, shape))
        _check_size(window, diameter)
        outline = self._refined(prompt, diameter)
        if outline is None:
            outline = self._flowed(prompt, diameter)
        return Found(outline.window, outline.mask.astype(np.uint32))

    def _refined(self, prompt: Prompt, diameter: float) -> Outline | None:
        """Return what the refinement network says; None without one, or where it sees nothing."""
        if self.refinement is None:
            return None
        shape = (self.scene.height, self.scene.width)
        refiner = Refiner(self.refinement, self._scene_at, shape, diameter)
        return refiner.refine(self._flowed(prompt.beginning(), diameter), prompt)

    def _flowed(self, prompt: Prompt, diameter: float) -> Outline:
        """Return what the flows say."""
        shape = (self.scene.height, self.scene.width)
        window = Window(*window_around(prompt.inside + prompt.removed, diameter, shape))
        fields = self._seen(window).fields
        free = np.ones((window.y1 - window.y0, window.x1 - window.x0), bool)
        inside = prompt.moved(-window.y0, -window.x0)
        return Outline(window, cell_at(fields, inside, diameter, free))

    def _scene_at(self, at: CloseUp) -> FloatArray:
        """Return the scene planes (7, 96, 96) of a close-up."""
        window = at.within((self.scene.height, self.scene.width))
        seen = self._seen(window)
        return scene_planes(seen.planes, seen.fields, at.moved(-window.y0, -window.x0))

    def cells(self, box: Box) -> Found:
        """Return the cells inside the box (y0, x0, y1, x1) of the plane.

        Raises `TooLarge`.
        """
        middle = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
        diameter = self._diameter_at(middle)
        y0, x0 = max(0, int(box[0] - diameter)), max(0, int(box[1] - diameter))
        y1 = min(self.scene.height, int(box[2] + diameter) + 1)
        x1 = min(self.scene.width, int(box[3] + diameter) + 1)
        window = Window(y0, x0, y1, x1)
        _check_size(window, diameter)
        inside = (box[0] - y0, box[1] - x0, box[2] - y0, box[3] - x0)
        free = np.ones((y1 - y0, x1 - x0), bool)
        return Found(window, cells_in(self._seen(window).fields, inside, free))

    def _diameter_at(self, point: Point) -> float:
        """Return the diameter of the plane's cells; the first time it is seen around a point."""
        if self.diameter is None:
            planes = self._planes(self._around(point, 1.0))
            estimate = look_closer(planes, self.runner, self.runner.fields(planes))
            if estimate is None:
                return NETWORK_DIAMETER
            self.diameter = estimate.diameter_px
        return self.diameter

    def _seen(self, wanted: Window) -> Seen:
        """Return planes and fields of a window, from a remembered one that holds it if any does."""
        for known in reversed(self._known):
            if _holds(known, wanted, self.scene):
                self._known.move_to_end(known)
                return _cropped(self._known[known], known, wanted)
        factor = scale_factor(self.diameter or NETWORK_DIAMETER)
        middle = ((wanted.y0 + wanted.y1) / 2, (wanted.x0 + wanted.x1) / 2)
        window = _joined(self._around(middle, factor), wanted, self.scene)
        planes = self._planes(window)
        fields = opened(compact(replace(self.runner, factor=factor).fields(planes)))
        seen = Seen(np.round(planes * 255).astype(np.uint8), fields)
        self._known[window] = seen
        while len(self._known) > N_REMEMBERED:
            self._known.popitem(last=False)
        return _cropped(seen, window, wanted)

    def _around(self, point: Point, factor: float) -> Window:
        """Return the window around a point that the network answers in one go at a factor."""
        half = NETWORK_SIDE / factor / 2
        y0, x0 = int(max(0, point[0] - half)), int(max(0, point[1] - half))
        y1 = int(min(self.scene.height, point[0] + half))
        x1 = int(min(self.scene.width, point[1] + half))
        return Window(y0, x0, max(y1, y0 + 1), max(x1, x0 + 1))

    def _planes(self, window: Window) -> AnyArray:
        """Return the three normalized planes of a window."""
        channels = self.scene.read(window)
        return spread_over_planes(
            [
                scale_to_unit(channel, *limits)
                for channel, limits in zip(channels, self.scene.limits, strict=True)
            ]
        )


def _check_size(window: Window, diameter: float) -> None:
    """Refuse what would take the network seconds and the worker gigabytes."""
    side = max(window.y1 - window.y0, window.x1 - window.x0)
    if side * scale_factor(diameter) > LARGEST_NETWORK_SIDE:
        raise TooLarge


def _holds(known: Window, wanted: Window, scene: Scene) -> bool:
    """Say whether a remembered window holds another with a rim, which the image's edge spares."""
    return (
        known.y0 <= max(0, wanted.y0 - RIM_PX)
        and known.x0 <= max(0, wanted.x0 - RIM_PX)
        and known.y1 >= min(scene.height, wanted.y1 + RIM_PX)
        and known.x1 >= min(scene.width, wanted.x1 + RIM_PX)
    )


def _joined(seen: Window, wanted: Window, scene: Scene) -> Window:
    """Return the window that holds both, with the rim."""
    return Window(
        min(seen.y0, max(0, wanted.y0 - RIM_PX)),
        min(seen.x0, max(0, wanted.x0 - RIM_PX)),
        max(seen.y1, min(scene.height, wanted.y1 + RIM_PX)),
        max(seen.x1, min(scene.width, wanted.x1 + RIM_PX)),
    )


def _cropped(seen: Seen, window: Window, wanted: Window) -> Seen:
    """Return the part of what was seen in `window` that is `wanted`."""
    rows = slice(wanted.y0 - window.y0, wanted.y1 - window.y0)
    columns = slice(wanted.x0 - window.x0, wanted.x1 - window.x0)
    return Seen(seen.planes[:, rows, columns], seen.fields.part(rows, columns))
