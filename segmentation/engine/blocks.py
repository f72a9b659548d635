"""Group fields of any size in bounded memory: block by block, as if it were all at once.

Every block is a core with a margin around it. What is found in a block belongs to it if its sink
lies in the core; the margin lets the block see such an object, and all that touches it, whole. So
an object comes out once, and the same as in the whole image, as long as it and its neighbors
reach no further than the margin.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np
from numba import njit

from segmentation.engine.arrays import AnyArray
from segmentation.engine.grouping import (
    Fields,
    Grouping,
    GroupingSettings,
    Objects,
    choose_cells,
    empty_fields,
    fill_holes,
    find_objects,
    number_in_order,
)
from segmentation.engine.spool import forget, new_array
from segmentation.engine.tiling import core_starts


@dataclass(frozen=True)
class Blocks:
    """`rows` and `columns` of a core and the width of the margin around it, in pixels."""

    rows: int = 2048
    columns: int = 4096
    margin: int = 256


class BlockGrouper:
    """Takes fields row by row, groups what is complete, keeps no more than a block's rows."""

    def __init__(
        self,
        shape: tuple[int, int],
        settings: GroupingSettings,
        blocks: Blocks,
        *,
        n_threads: int = 1,
    ) -> None:
        self.height, self.width = shape
        self.settings = settings
        self.blocks = blocks
        self.n_threads = n_threads
        self.labels = new_array(shape, np.uint32)
        self._starts = core_starts(self.height, blocks.rows)
        self._evidence: list[AnyArray] = [np.zeros((1, 4))]
        self._n_objects = 0
        self._n_grouped = 0
        largest = max(self._stop(start) - start for start in self._starts)
        n_waiting = min(self.height, largest + 2 * blocks.margin)
        self._waiting = empty_fields((n_waiting, self.width))
        self._top = self._n_waiting = 0

    def write(self, rows: Fields) -> None:
        """Take the next rows, top to bottom."""
        n_rows, n_taken = len(rows.foreground), 0
        while n_taken < n_rows:
            room = len(self._waiting.foreground) - self._n_waiting
            n_now = min(room, n_rows - n_taken)
            _copy_rows(rows, n_taken, self._waiting, self._n_waiting, n_now)
            n_taken += n_now
            self._n_waiting += n_now
            while self._is_next_complete():
                self._group_rows()

    def finish(self) -> Grouping:
        """Drop what is no cell, fill holes, number in raster order; every row must be there."""
        assert self._n_grouped == len(self._starts)
        self._waiting = empty_fields((0, self.width))
        evidence = np.concatenate(self._evidence)
        is_kept, confidences = choose_cells(evidence, self.settings)
        self._fill(is_kept)
        new, old = np.zeros(len(is_kept), np.uint32), np.zeros(len(is_kept), np.int64)
        n_objects = 0
        for start in self._starts:
            strip = self.labels[start : self._stop(start)]
            n_objects = number_in_order(strip, is_kept, new, old, n_objects)
            forget(self.labels)
        kept = old[1 : n_objects + 1]
        return Grouping(self.labels, confidences[kept], evidence[kept])

    def _stop(self, start: int) -> int:
        """Return where the core that starts at this row ends."""
        i = self._starts.index(start) + 1
        return self._starts[i] if i < len(self._starts) else self.height

    def _is_next_complete(self) -> bool:
        """Say whether all rows that the next blocks look at are there."""
        if self._n_grouped == len(self._starts):
            return False
        return self._top + self._n_waiting >= self._bottom()

    def _bottom(self) -> int:
        """Return up to which row the next blocks look."""
        stop = self._stop(self._starts[self._n_grouped])
        return min(self.height, stop + self.blocks.margin)

    def _group_rows(self) -> None:
        """Group the blocks of the next core rows, then let go of the rows above the following."""
        start, n_rows = self._starts[self._n_grouped], self._bottom() - self._top
        core = (start, self._stop(start))
        columns = core_starts(self.width, self.blocks.columns)
        spans = list(zip(columns, [*columns[1:], self.width], strict=True))
        n_at_once = max(1, min(self.n_threads, len(spans)))
        with ThreadPoolExecutor(n_at_once) as pool:
            # No more blocks than threads: those that wait for their place would fill the memory.
            for i in range(0, len(spans), n_at_once):
                now = spans[i : i + n_at_once]
                blocks = pool.map(partial(self._find, n_rows, len(now)), now)
                for span, found in zip(now, blocks, strict=True):
                    self._place(found, core, span)
        self._n_grouped += 1
        n_done = max(0, core[1] - self.blocks.margin) - self._top
        _copy_rows(self._waiting, n_done, self._waiting, 0, self._n_waiting - n_done)
        self._n_waiting -= n_done
        self._top += n_done
        forget(self.labels)

    def _find(self, n_rows: int, n_at_once: int, span: tuple[int, int]) -> Objects:
        """Group one of the blocks that share the threads."""
        n_threads = max(1, self.n_threads // n_at_once)
        return find_objects(self._cut(n_rows, span), self.settings, n_threads=n_threads)

    def _cut(self, n_rows: int, span: tuple[int, int]) -> Fields:
        """Cut the first rows of the columns of a core with its margin out of what waits."""
        x0, x1 = self._with_margin(span)
        return self._waiting.part(slice(n_rows), slice(x0, x1))

    def _with_margin(self, span: tuple[int, int]) -> tuple[int, int]:
        return (
            max(0, span[0] - self.blocks.margin),
            min(self.width, span[1] + self.blocks.margin),
        )

    def _place(self, found: Objects, core: tuple[int, int], span: tuple[int, int]) -> None:
        """Write the objects whose sinks lie in the core into the labels."""
        x0, x1 = self._with_margin(span)
        y, x = found.sinks // (x1 - x0) + self._top, found.sinks % (x1 - x0) + x0
        is_owned = (y >= core[0]) & (y < core[1]) & (x >= span[0]) & (x < span[1])
        is_owned &= found.evidence[:, 0] > 0
        numbers = np.zeros(len(is_owned), np.uint32)
        numbers[is_owned] = np.arange(1, is_owned.sum() + 1) + self._n_objects
        target = self.labels[self._top : self._top + len(found.labels), x0:x1]
        _place_objects(target, found.labels, numbers)
        self._evidence.append(found.evidence[is_owned])
        self._n_objects += int(is_owned.sum())

    def _fill(self, is_kept: AnyArray) -> None:
        """Drop what is not kept and fill the holes of the rest, strip by strip.

        A strip is seen with its margins, and what is open to their outer edges stays open: so a
        hole is filled exactly when it is closed in the whole image.
        """
        n_dropped = 0
        for start in self._starts:
            stop = self._stop(start)
            top = max(0, start - self.blocks.margin)
            bottom = min(self.height, stop + self.blocks.margin)
            _drop_objects(self.labels[n_dropped:bottom], is_kept)
            n_dropped = bottom
            fill_holes(self.labels[top:bottom])
            forget(self.labels)


@njit(cache=True, nogil=True)
def _place_objects(target: AnyArray, labels: AnyArray, numbers: AnyArray) -> None:
    """Write the numbered objects where the target is still free."""
    for y in range(labels.shape[0]):
        for x in range(labels.shape[1]):
            number = numbers[labels[y, x]]
            if number > 0 and target[y, x] == 0:
                target[y, x] = number


@njit(cache=True, nogil=True)
def _drop_objects(labels: AnyArray, is_kept: AnyArray) -> None:
    """Turn the objects that are not kept into background, in place."""
    for y in range(labels.shape[0]):
        for x in range(labels.shape[1]):
            if labels[y, x] > 0 and not is_kept[labels[y, x]]:
                labels[y, x] = 0


def _copy_rows(source: Fields, start: int, target: Fields, place: int, n_rows: int) -> None:
    """Copy rows, also upward within the same fields."""
    for now, then in (
        (source.flows[0], target.flows[0]),
        (source.flows[1], target.flows[1]),
        (source.foreground, target.foreground),
        (source.boundary, target.boundary),
        (source.log_diameter, target.log_diameter),
    ):
        then[place : place + n_rows] = now[start : start + n_rows]
