"""A reviewer who corrects an automatic result with a few clicks an image."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from segmentation.engine.arrays import AnyArray
from segmentation.engine.methods.generalist.prompter import Prompter
from segmentation.engine.metrics import score
from segmentation.engine.one_cell import Point
from segmentation.engine.prompting import Prompt
from segmentation.engine.training.click_evaluation import deepest
from segmentation.engine.training.clicks import next_click

GOOD_ENOUGH = 0.5
MOST_CLICKS_A_CELL = 3


@dataclass
class Reviewer:
    """`labels` (Y, X) is corrected in place until `n_clicks_left` clicks are used up."""

    prompter: Prompter
    truth: AnyArray
    labels: AnyArray
    n_clicks_left: int

    def review(self) -> float:
        """Add what is missing and delete what is wrong, the largest first; return F1@.5."""
        areas = np.bincount(self.truth.ravel())
        numbers = np.flatnonzero(areas)[1:] if areas[0] else np.flatnonzero(areas)
        for number in sorted(numbers, key=lambda n: -areas[n]):
            if self.n_clicks_left <= 0:
                break
            cell = self.truth == number
            if self._best_iou(cell) < GOOD_ENOUGH:
                self._fix(cell)
        self._delete_what_is_no_cell()
        return score(self.labels, self.truth, (GOOD_ENOUGH,))[0].f1

    def _best_iou(self, cell: AnyArray) -> float:
        numbers = np.unique(self.labels[cell])
        ious = [_iou(self.labels == n, cell) for n in numbers if n > 0]
        return max(ious, default=0.0)

    def _fix(self, cell: AnyArray) -> None:
        """Delete what lies wrongly over a true cell, then click the cell."""
        for number in np.unique(self.labels[cell]):
            other = self.labels == number
            is_wrong = number > 0 and not self._is_matched(other)
            if is_wrong and (other & cell).sum() > 0.15 * min(other.sum(), cell.sum()):
                self.labels[other] = 0
                self.n_clicks_left -= 1
        added, removed = [deepest(cell)], list[Point]()
        label = int(self.labels.max(initial=0)) + 1
        everywhere = np.ones(cell.shape, bool)
        for _ in range(MOST_CLICKS_A_CELL):
            if self.n_clicks_left <= 0:
                return
            self.n_clicks_left -= 1
            self._draw(Prompt(tuple(added), tuple(removed)), label)
            drawn = self.labels == label
            click = next_click(drawn, cell, everywhere)
            if click is None or _iou(drawn, cell) >= GOOD_ENOUGH:
                return
            (added if click[1] else removed).append(click[0])

    def _draw(self, prompt: Prompt, label: int) -> None:
        """Draw the answer to a prompt where no other cell lies, as the viewer does."""
        found = self.prompter.cell(prompt)
        w = found.window
        self.labels[self.labels == label] = 0
        part = self.labels[w.y0 : w.y1, w.x0 : w.x1]
        part[(found.labels > 0) & (part == 0)] = label

    def _is_matched(self, drawn: AnyArray) -> bool:
        numbers = np.unique(self.truth[drawn])
        return any(_iou(self.truth == n, drawn) >= GOOD_ENOUGH for n in numbers if n > 0)

    def _delete_what_is_no_cell(self) -> None:
        areas = np.bincount(self.labels.ravel())
        areas[0] = 0
        for number in np.argsort(-areas):
            if self.n_clicks_left <= 0 or areas[number] == 0:
                return
            drawn = self.labels == number
            if not self._is_matched(drawn):
                self.labels[drawn] = 0
                self.n_clicks_left -= 1


def _iou(a: AnyArray, b: AnyArray) -> float:
    return float((a & b).sum() / max(1, (a | b).sum()))
