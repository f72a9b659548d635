"""A scripted reviewer who knows the truth and brings every cell of an image to IoU >= .7.

She works like a practised person: tool by tool over the whole image, so that a tool is taken in
hand once, and never touches what is right already.

With all tools: pieces are merged, pairs are split, the queue of doubtful cells is walked if it is
to be (one key a cell that is right or false, an outline where it is wrong), cells where none is are
deleted, those that are only too small or too large grow or shrink by a key. What is left is a true
cell without a match, perhaps with wrong ones in its place. She drags an ellipse over it if it is
round. Otherwise she clicks it once if it is nearly right or not there at all, until more clicks
have failed in this image than have done what they should, and draws an outline around it. What lies
there - also what a click has made - takes the shape.

Without: what is wrong is deleted, what is missing is drawn with the lasso.

Both know what is wrong, and which neighbors are in the way of an outline. With all tools she also
foresees whether an ellipse, a cut or a key that makes a cell grow is enough: as an eye does, but
without its mistakes; of a click she does not. Nobody's hand trembles.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from annotations.labels.operations import paint
from annotations.labels.redrawing import redraw
from segmentation.engine.arrays import AnyArray
from segmentation.engine.training.click_evaluation import deepest
from tests.benchmarks.correcting_hands import Hands, Point
from tests.benchmarks.correcting_shapes import (
    GOOD,
    around,
    corners,
    ellipse,
    false_labels,
    gesture,
    iou,
    ious,
    is_counted,
    is_worth_a_cut,
    line_between,
    missing_cells,
    missing_under,
    outline,
    outline_from_background,
    overlaps,
    pieces_of_cells,
    resizing_keys,
    wrong_labels,
)

WORTH_A_TOOL = 2
"""So many cells in pieces: a single one is redrawn, by which its pieces go."""
NEARLY_GOOD = 0.5
EASILY_GOOD = 0.77
"""An ellipse must be better than needed: nobody hits the corners of a box to the pixel."""
LEAST_SCREEN_PX = 8
LEAST_CLICKED_PX = 60
AROUND_PX = 3
MOST_DOUBTFUL = 2000
Draw = Callable[[AnyArray, AnyArray], None]
Try = Callable[[AnyArray, AnyArray], AnyArray]


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
        """Bring the image to the truth."""
        if not means.has_all_tools:
            self._delete(wrong_labels)
            self._draw_missing(self._lasso, lassoed)
            return
        self._merge_pieces()
        self._split_pairs()
        if means.walks_doubtful:
            self._walk_doubtful()
        self._delete(false_labels)
        self._resize()
        self._click_missing()
        self._draw_missing(self._redraw, redrawn)
        self._delete(wrong_labels)

    def _merge_pieces(self) -> None:
        """Join the cells that lie in one true cell, where that makes it good."""
        labels = self.hands.labels()
        broken = pieces_of_cells(labels, self.truth)
        if len(broken) < WORTH_A_TOOL:
            return
        self.hands.use("m")
        for pieces in broken:
            self.hands.decide()
            self.hands.drag(gesture([deepest(labels == piece) for piece in pieces]))

    def _split_pairs(self) -> None:
        """Cut the cells that are two true ones between those, where that makes one good."""
        labels = self.hands.labels()
        shared, areas, true_areas = overlaps(labels, self.truth)
        counted = is_counted(self.truth)
        for label in np.flatnonzero(areas)[1:]:
            held = np.flatnonzero(counted & (shared[label] > 0.6 * true_areas))
            if len(held) != 2 or shared[label, held].sum() < 0.8 * areas[label]:
                continue
            first, second = (self.truth == number for number in held)
            line = line_between(labels == label, first, second)
            if line is not None and is_worth_a_cut(labels, self.truth, int(label), line):
                self.hands.decide()
                self.hands.use("s")
                self.hands.drag(line)

    def _walk_doubtful(self) -> None:
        """A key for every doubtful cell that is right or false; an outline where it is wrong."""
        self.hands.select_nothing()
        self.hands.key("n")
        seen: set[int] = set()
        while (focused := self.hands.selected) and focused[0] not in seen:
            if len(seen) == MOST_DOUBTFUL:
                break
            seen.add(focused[0])
            self.hands.decide()
            self._deal_with(focused[0])
        self.hands.key("f")

    def _deal_with(self, label: int) -> None:
        """Accept, delete, resize or redraw the doubtful cell that is shown, and go on."""
        labels = self.hands.labels()
        if label not in wrong_labels(labels, self.truth):
            self.hands.key("a")
            return
        number = missing_under(labels, self.truth, label)
        if number == 0:
            self.hands.key("d")
            return
        cell = self.truth == number
        keys = resizing_keys(labels, label, cell)
        for key in keys:
            self.hands.key(key)
        if not keys and self.hands.sees(around(cell, AROUND_PX)):
            self._redraw(cell, labels)
        self.hands.key("n")

    def _delete(self, which: Callable[[AnyArray, AnyArray], list[int]]) -> None:
        """Point at every one of these and press the key."""
        labels = self.hands.labels()
        for label in which(labels, self.truth):
            self.hands.decide()
            self.hands.press_at(deepest(labels == label), ["d"])

    def _resize(self) -> None:
        """Let cells grow or shrink that are only too small or too large."""
        labels = self.hands.labels()
        for number in missing_cells(labels, self.truth):
            label, is_near = self._nearest(number, labels)
            keys = resizing_keys(labels, label, self.truth == number) if is_near else []
            if keys:
                self.hands.decide()
                self.hands.press_at(deepest(labels == label), keys)
                labels = self.hands.labels()

    def _nearest(self, number: int, labels: AnyArray) -> tuple[int, bool]:
        """The label that is most like a true cell, and whether it is nearly right."""
        best = ious(labels, self.truth)[:, number]
        return int(best.argmax()), bool(best.max() >= NEARLY_GOOD)

    def _click_missing(self) -> None:
        """Click once where a click may be enough, until more have failed than not."""
        labels, n_good, n_failed = self.hands.labels(), 0, 0
        for number in missing_cells(labels, self.truth):
            if n_failed > n_good:
                return
            place = self._place_to_click(number, labels)
            if place is None:
                continue
            self.hands.decide()
            self.hands.use("z")
            self.hands.click(place)
            labels = self.hands.labels()
            is_good = number not in missing_cells(labels, self.truth)
            n_good, n_failed = n_good + is_good, n_failed + (not is_good)

    def _place_to_click(self, number: int, labels: AnyArray) -> Point | None:
        """The middle of a cell that is nearly right, or not there; never a round one."""
        cell = self.truth == number
        label, is_near = self._nearest(number, labels)
        is_open = labels == (label if is_near else 0)
        is_small = cell.sum() < LEAST_CLICKED_PX or 2 * (cell & is_open).sum() < cell.sum()
        if is_small or self._is_round(cell, labels):
            return None
        return deepest(cell & is_open)

    def _draw_missing(self, draw: Draw, tried: Try) -> None:
        """Draw around what is missing: where there is room, then over others, then what is left."""
        for turn in range(3):
            blocked = []
            for number in missing_cells(self.hands.labels(), self.truth):
                cell, labels = self.truth == number, self.hands.labels()
                if iou(tried(labels, cell), cell) < GOOD:
                    blocked.append(cell)
                else:
                    self.hands.decide()
                    draw(cell, labels)
            if blocked and turn == 1:
                self._draw_over(blocked, draw)

    def _draw_over(self, cells: list[AnyArray], draw: Draw) -> None:
        """Draw around cells while others are not protected; in the next image they are again."""
        self.hands.key("x")
        for cell in cells:
            self.hands.decide()
            draw(cell, self.hands.labels())

    def _redraw(self, cell: AnyArray, labels: AnyArray) -> None:
        """Drag an ellipse over a round cell, or else draw around it."""
        self.hands.use("z")
        if self._is_round(cell, labels):
            self.hands.drag_across(*corners(cell))
        else:
            self.hands.drag(outline(cell))

    def _is_round(self, cell: AnyArray, labels: AnyArray) -> bool:
        """Whether an ellipse is enough, and large enough to be dragged."""
        is_enough = iou(redrawn(labels, ellipse(cell)), cell) >= EASILY_GOOD
        return is_enough and self.hands.n_screen_pixels(*corners(cell)) >= LEAST_SCREEN_PX

    def _lasso(self, cell: AnyArray, labels: AnyArray) -> None:
        self.hands.use("l")
        self.hands.drag(outline_from_background(cell, labels))


def lassoed(labels: AnyArray, cell: AnyArray) -> AnyArray:
    """Return what a lasso would make of the free part of a cell (Y, X) bool."""
    new = int(labels.max()) + 1
    return paint(labels.astype(np.uint32), cell, new, protect_others=True) == new


def redrawn(labels: AnyArray, cell: AnyArray) -> AnyArray:
    """Return which pixels the cell would have after an outline around it (Y, X) bool."""
    new = int(labels.max()) + 1
    after = redraw(labels.astype(np.uint32), cell, new, (), protect_others=True)
    shared = np.bincount(after[cell])
    shared[0] = 0
    return after == shared.argmax() if shared.any() else np.zeros(cell.shape, bool)
