"""Answer clicks and boxes from the fields of an image: a few milliseconds, whatever its size.

Only a window around the prompt is looked at. The cells of the window are grouped more generously
than in a run, because a person says that there is a cell; clicks that add join what lies under
them, as a stroke does; clicks that remove cut it along the ways inside the cell.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import ndimage

from segmentation.engine.arrays import AnyArray, LabelArray
from segmentation.engine.grouping import Fields, GroupingSettings, group
from segmentation.engine.one_cell import Point, bridged, pixel_of

WINDOW_DIAMETERS = 5.0
SMALLEST_WINDOW, LARGEST_WINDOW = 64, 768
GENEROUS = GroupingSettings(
    foreground_threshold=0.4, minimum_agreement=-1.0, minimum_area_px=4, merge_threshold=0.3
)
FAINTEST = 0.06
"""Below this foreground probability nothing answers a click."""
SHARE_IN_BOX = 0.6
REACH_DIAMETERS = 0.35
"""A click that misses every cell takes the nearest within this many diameters."""

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Prompt:
    """Points (y, x) that belong to the cell, and that do not; `stroke` runs through the cell.

    There is at least one point that is added or of the stroke.
    """

    added: tuple[Point, ...] = ()
    removed: tuple[Point, ...] = ()
    stroke: tuple[Point, ...] = ()

    @property
    def inside(self) -> tuple[Point, ...]:
        """All points that belong to the cell, those of the stroke first."""
        return self.stroke + self.added

    def beginning(self) -> Prompt:
        """Return the prompt as it began: the stroke, else the first click."""
        return Prompt(stroke=self.stroke) if self.stroke else Prompt(self.added[:1])

    def moved(self, dy: float, dx: float) -> Prompt:
        """Return the prompt in pixels of another window."""
        sides = (self.added, self.removed, self.stroke)
        return Prompt(*(tuple((y + dy, x + dx) for y, x in points) for points in sides))


def window_around(
    points: tuple[Point, ...], diameter: float, shape: tuple[int, int]
) -> tuple[int, int, int, int]:
    """Return the window (y0, x0, y1, x1) in which a prompt with these points is answered."""
    side = float(np.clip(WINDOW_DIAMETERS * diameter, SMALLEST_WINDOW, LARGEST_WINDOW))
    ys, xs = [p[0] for p in points], [p[1] for p in points]
    y0, x0 = int(max(0, min(ys) - side / 2)), int(max(0, min(xs) - side / 2))
    y1, x1 = int(min(shape[0], max(ys) + side / 2 + 1)), int(min(shape[1], max(xs) + side / 2 + 1))
    return y0, x0, y1, x1


def cell_at(fields: Fields, prompt: Prompt, diameter: float, free: AnyArray) -> AnyArray:
    """Return the mask (Y, X) bool of the one cell that the prompt means.

    `fields` of the window, `free` (Y, X) bool: where the cell may lie (not in protected
    neighbors). The mask is empty where the network sees nothing at all.
    """
    mask = np.zeros(free.shape, bool)
    for threshold in _thresholds(fields, prompt):
        labels = _grouped(fields, replace(GENEROUS, foreground_threshold=threshold), free)
        wanted = {_label_near(labels, point, REACH_DIAMETERS * diameter) for point in prompt.inside}
        wanted.discard(0)
        if wanted:
            mask = np.isin(labels, list(wanted))
            break
    if len(prompt.inside) > 1:
        pixels = [pixel_of(point, mask.shape) for point in prompt.inside]
        mask = bridged(mask, pixels, max(1, int(diameter / 8))) & free
    return _cut(mask, prompt)


def thinned(stroke: tuple[Point, ...], step: float) -> tuple[Point, ...]:
    """Return the points of a stroke that lie at least `step` apart, its ends among them."""
    kept: list[Point] = list(stroke[:1])
    for point in stroke[1:]:
        if np.hypot(point[0] - kept[-1][0], point[1] - kept[-1][1]) >= step:
            kept.append(point)
    if len(stroke) > 1 and kept[-1] != stroke[-1]:
        kept.append(stroke[-1])
    return tuple(kept)


def cells_in(fields: Fields, box: Box, free: AnyArray) -> LabelArray:
    """Return the cells (Y, X) uint32 of which the box (y0, x0, y1, x1) holds the most."""
    labels = _grouped(fields, GENEROUS, free)
    y0, x0, y1, x1 = (round(side) for side in box)
    n_labels = int(labels.max(initial=0))
    areas = np.bincount(labels.ravel(), minlength=n_labels + 1)
    inside = np.bincount(labels[max(0, y0) : y1, max(0, x0) : x1].ravel(), minlength=n_labels + 1)
    is_wanted = inside > SHARE_IN_BOX * areas
    is_wanted[0] = False
    numbers = (np.cumsum(is_wanted) * is_wanted).astype(np.uint32)
    return numbers[labels]


def _thresholds(fields: Fields, prompt: Prompt) -> list[float]:
    """Return the foreground thresholds to try: the usual one, then what is seen at the click."""
    seen = []
    for y, x in prompt.inside:
        row = min(max(round(y), 0), fields.foreground.shape[0] - 1)
        column = min(max(round(x), 0), fields.foreground.shape[1] - 1)
        around = fields.foreground[max(0, row - 2) : row + 3, max(0, column - 2) : column + 3]
        seen.append(float(around.max()) / 255)
    usual, faint = GENEROUS.foreground_threshold, 0.5 * max(seen, default=0.0)
    return [usual] if faint >= usual else [t for t in (usual, faint) if t >= FAINTEST]


def _grouped(fields: Fields, settings: GroupingSettings, free: AnyArray) -> LabelArray:
    """Group what is free; a hole that is not free stays one."""
    only = replace(fields, foreground=np.where(free, fields.foreground, 0))
    labels = group(only, settings).labels
    labels[~free] = 0
    return labels


def _label_near(labels: LabelArray, point: Point, reach: float) -> int:
    """Return the label under a point, else the nearest within reach, else 0."""
    height, width = labels.shape
    y, x = min(max(round(point[0]), 0), height - 1), min(max(round(point[1]), 0), width - 1)
    if labels[y, x] > 0:
        return int(labels[y, x])
    far = max(2, int(reach))
    y0, x0 = max(0, y - far), max(0, x - far)
    part = labels[y0 : y + far + 1, x0 : x + far + 1]
    ys, xs = np.nonzero(part)
    if len(ys) == 0:
        return 0
    distances = (ys + y0 - y) ** 2 + (xs + x0 - x) ** 2
    nearest = int(np.argmin(distances))
    return int(part[ys[nearest], xs[nearest]]) if distances[nearest] <= far**2 else 0


def _cut(mask: AnyArray, prompt: Prompt) -> AnyArray:
    """Give the removed points what is nearer to them than to the added, walking in the mask."""
    if not prompt.removed or not mask.any():
        return mask
    keep = _walk(mask, prompt.inside)
    away = _walk(mask, prompt.removed)
    left: AnyArray = mask & (keep <= away)
    return left


def _walk(mask: AnyArray, points: tuple[Point, ...]) -> AnyArray:
    """Return the number of steps (Y, X) inside the mask from the points; infinite elsewhere."""
    steps = np.full(mask.shape, np.inf)
    front = np.zeros(mask.shape, bool)
    for y, x in points:
        row = min(max(round(y), 0), mask.shape[0] - 1)
        column = min(max(round(x), 0), mask.shape[1] - 1)
        if not mask[row, column]:
            ys, xs = np.nonzero(mask)
            nearest = int(np.argmin((ys - row) ** 2 + (xs - column) ** 2))
            row, column = int(ys[nearest]), int(xs[nearest])
        front[row, column] = True
    reached = front.copy()
    n_steps = 0
    while front.any():
        steps[front] = n_steps
        # Alternate between four and eight neighbors: the fronts stay nearly round.
        shape = ndimage.generate_binary_structure(2, 1 + n_steps % 2)
        front = ndimage.binary_dilation(front, shape) & mask & ~reached
        reached |= front
        n_steps += 1
    return steps
