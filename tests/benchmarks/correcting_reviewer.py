"""A scripted reviewer who knows the truth and brings every cell of an image to IoU >= .7.

With all tools pieces are merged, pairs are split, the queue of doubtful cells is walked with one
key a cell if it is to be, what else is wrong is deleted, what is missing is clicked (and refined by
clicks), and only what no click finds is drawn. Without: what is wrong is deleted, what is missing
drawn.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage
from skimage.measure import approximate_polygon, find_contours

from segmentation.engine.arrays import AnyArray
from segmentation.engine.training.click_evaluation import deepest
from tests.benchmarks.correcting_hands import Box, Hands, Point

GOOD = 0.7
MOST_REFINING_CLICKS = 2
HOPELESS = 0.3
"""An answer worse than this is deleted at once, and the cell drawn."""
SMALLEST_PX = 20
AROUND_PX = 60
MOST_DOUBTFUL = 2000


def overlaps(labels: AnyArray, truth: AnyArray) -> tuple[AnyArray, AnyArray, AnyArray]:
    """Return the pixels that labels (P + 1) and true cells (T + 1) share, and both areas."""
    shape = (int(labels.max()) + 1, int(truth.max()) + 1)
    places = labels.ravel() * shape[1] + truth.ravel()
    shared = np.bincount(places, minlength=shape[0] * shape[1]).reshape(shape)
    return shared, shared.sum(1), shared.sum(0)


def ious(labels: AnyArray, truth: AnyArray) -> AnyArray:
    """Return the IoU of every label with every true cell; 0 for the background of either."""
    shared, areas, true_areas = overlaps(labels, truth)
    found: AnyArray = shared / np.maximum(areas[:, None] + true_areas[None] - shared, 1)
    found[0] = 0
    found[:, 0] = 0
    return found


def is_counted(truth: AnyArray) -> AnyArray:
    """Return for every true cell (T + 1) whether it is there and no speck."""
    counted: AnyArray = np.bincount(truth.ravel()) >= SMALLEST_PX
    counted[0] = False
    return counted


@dataclass(frozen=True)
class Means:
    """What the reviewer works with."""

    has_all_tools: bool
    walks_doubtful: bool


class Reviewer:
    """`truth` (Y, X) int64 says what the viewer should show in the end."""

    def __init__(self, hands: Hands, truth: AnyArray) -> None:
        self.hands = hands
        self.truth = truth

    def review(self, means: Means) -> None:
        """First what is there and wrong, then what is missing; at most two rounds of those."""
        if means.has_all_tools:
            self._merge_pieces()
            self._split_pairs()
        if means.walks_doubtful:
            self._walk_doubtful()
        self._delete_wrong()
        for may_click in (means.has_all_tools, False):
            for number in self._missing():
                self._make(number, may_click=may_click)

    def _merge_pieces(self) -> None:
        """Join the cells that lie in one true cell, where that makes it good."""
        labels = self.hands.labels()
        shared, areas, true_areas = overlaps(labels, self.truth)
        for number in np.flatnonzero(is_counted(self.truth)):
            is_inside = (shared[:, number] > 0.5 * areas) & (areas > 0)
            is_inside[0] = False
            pieces = np.flatnonzero(is_inside)
            both = shared[pieces, number].sum()
            union = areas[pieces].sum() + true_areas[number] - both
            if len(pieces) < 2 or both / union < GOOD:
                continue
            self.hands.decide()
            self.hands.use("m")
            self.hands.drag(gesture([deepest(labels == piece) for piece in pieces]))

    def _split_pairs(self) -> None:
        """Cut the cells that are two true ones along the line between those."""
        labels = self.hands.labels()
        shared, areas, true_areas = overlaps(labels, self.truth)
        counted = is_counted(self.truth)
        for label in np.flatnonzero(areas)[1:]:
            held = np.flatnonzero(counted & (shared[label] > 0.6 * true_areas))
            if len(held) != 2 or shared[label, held].sum() < 0.8 * areas[label]:
                continue
            first, second = (self.truth == number for number in held)
            line = line_between(labels == label, first, second)
            if line is not None:
                self.hands.decide()
                self.hands.use("s")
                self.hands.drag(line)

    def _walk_doubtful(self) -> None:
        """One key for every doubtful cell: accept, or delete."""
        self.hands.key("Escape")
        self.hands.key("n")
        for _ in range(MOST_DOUBTFUL):
            focused = self.hands.selected
            if not focused:
                break
            self.hands.decide()
            is_good = ious(self.hands.labels(), self.truth)[focused[0]].max() >= GOOD
            self.hands.key("a" if is_good else "d")
            if self.hands.selected == focused:
                break
        self.hands.key("Escape")
        self.hands.key("f")

    def _delete_wrong(self) -> None:
        """Delete what matches no true cell."""
        labels = self.hands.labels()
        best = ious(labels, self.truth).max(1)
        for label in np.unique(labels):
            if label > 0 and best[label] < GOOD:
                self.hands.decide()
                self.hands.delete(deepest(labels == label))

    def _missing(self) -> list[int]:
        """Return the true cells that no label matches, but specks."""
        best = ious(self.hands.labels(), self.truth).max(0)
        return [int(n) for n in np.flatnonzero(is_counted(self.truth)) if best[n] < GOOD]

    def _make(self, number: int, *, may_click: bool) -> None:
        """Make a true cell: by clicks if that suffices, else by the lasso."""
        self.hands.decide()
        cell = self.truth == number
        box = around(cell, AROUND_PX)
        near = Nearby(self.hands, cell[box[0] : box[2], box[1] : box[3]], box)
        if not (may_click and near.click()):
            near.draw()


class Nearby:
    """A true cell `cell` (h, w) bool and what lies around it, in a `box` of the image."""

    def __init__(self, hands: Hands, cell: AnyArray, box: Box) -> None:
        self.hands = hands
        self.cell = cell
        self.box = box

    def click(self) -> bool:
        """Click the cell, then into its largest errors; False (and nothing there) if in vain."""
        free = self.cell & (self.hands.labels(self.box) == 0)
        if not free.any():
            return False
        self.hands.use("c")
        self.hands.click(self._placed(deepest(free)))
        mine = self._mine()
        for _ in range(MOST_REFINING_CLICKS):
            if mine is not None and HOPELESS <= iou(mine, self.cell) < GOOD:
                self._refine(mine)
                mine = self._mine()
        if mine is None:
            return False
        is_good = iou(mine, self.cell) >= GOOD
        if not is_good:
            self.hands.delete(self._placed(deepest(mine)))
        return is_good

    def _refine(self, mine: AnyArray) -> None:
        missed, wrong = self.cell & ~mine, mine & ~self.cell
        if missed.sum() >= wrong.sum():
            self.hands.click(self._placed(deepest(missed)), "Alt")
        else:
            self.hands.click(self._placed(deepest(wrong)), "Shift")

    def _mine(self) -> AnyArray | None:
        """Return the mask (h, w) of the cell that the clicks have made."""
        labels = self.hands.labels(self.box)
        selected = [label for label in self.hands.selected if (labels == label).any()]
        return labels == selected[0] if selected else None

    def draw(self) -> None:
        """Draw around the cell; over what is wrong there if nothing else helps."""
        labels = self.hands.labels(self.box)
        free = self.cell & (labels == 0)
        is_free = free.sum() >= GOOD * self.cell.sum()
        path = outline(self.cell)
        starts = [i for i, (y, x) in enumerate(path) if labels[pixel(y, x, labels.shape)] == 0]
        if starts:
            path = path[starts[0] :] + path[: starts[0]]
        elif free.any():
            path = [deepest(free), *path]
        self.hands.use("l")
        if not is_free:
            self.hands.key("x")
        self.hands.drag([self._placed(point) for point in path])
        if not is_free:
            self.hands.key("x")

    def _placed(self, point: Point) -> Point:
        return point[0] + self.box[0], point[1] + self.box[1]


def gesture(points: list[Point]) -> list[Point]:
    """Return a narrow lasso that runs through all points and back."""
    way = [*points, *points[-2::-1]]
    return [(y + (1.0 if i >= len(points) else 0.0), x) for i, (y, x) in enumerate(way)]


def iou(a: AnyArray, b: AnyArray) -> float:
    """Return the IoU of two masks."""
    return float((a & b).sum() / max(1, (a | b).sum()))


def pixel(y: float, x: float, shape: tuple[int, ...]) -> tuple[int, int]:
    """Return the pixel under a point, inside the image."""
    return min(max(round(y), 0), shape[0] - 1), min(max(round(x), 0), shape[1] - 1)


def around(mask: AnyArray, margin: int) -> Box:
    """Return the box of a mask with a margin, inside the image."""
    ys, xs = np.nonzero(mask)
    y1, x1 = min(mask.shape[0], ys.max() + margin + 1), min(mask.shape[1], xs.max() + margin + 1)
    return max(0, int(ys.min()) - margin), max(0, int(xs.min()) - margin), int(y1), int(x1)


def line_between(cell: AnyArray, first: AnyArray, second: AnyArray) -> list[Point] | None:
    """Return a straight line across the cell, between two true cells."""
    nearer = ndimage.distance_transform_edt(~first) < ndimage.distance_transform_edt(~second)
    border = cell & nearer & ndimage.binary_dilation(cell & ~nearer)
    points = np.argwhere(border).astype(float)
    if len(points) < 2:
        return None
    middle = points.mean(0)
    way = np.linalg.svd(points - middle)[2][0]
    reach = np.abs((points - middle) @ way).max() + 3
    ends = middle - reach * way, middle + reach * way
    return [(float(y), float(x)) for y, x in ends]


def outline(cell: AnyArray) -> list[Point]:
    """Return the outline of a cell as a person draws it: within half a pixel of the truth."""
    contours = find_contours(np.pad(cell, 1).astype(float), 0.5)
    longest = max(contours, key=len) - 1
    return [(float(y), float(x)) for y, x in approximate_polygon(longest, 0.5)]
