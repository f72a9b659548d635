"""A label plane as horizontal runs of one label: twenty times smaller, and sums have closed forms.

Areas, boxes, centroids and second moments of thousands of objects come from these runs without
looking at a pixel twice, whatever numbers the labels are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]


@dataclass(frozen=True)
class RowRuns:
    """Runs in raster order: pixels (y, x0) up to but not including (y, x1) hold one label.

    ``labels`` are the distinct labels, ascending, without the background; ``index`` says for each
    run which of them it belongs to. All arrays are int64 of one value per run, except ``labels``,
    uint32 of one value per object.
    """

    labels: NDArray[np.uint32]
    index: Integers
    y: Integers
    x0: Integers
    x1: Integers

    @property
    def n_objects(self) -> int:
        """How many distinct labels there are."""
        return int(self.labels.size)

    def total(self, values: Integers) -> Integers:
        """Sum ``values`` (one per run) for every object; exact for sums below 2**63."""
        order, starts = self._grouping()
        if starts.size == 0:
            return np.zeros(0, dtype=np.int64)
        return np.add.reduceat(values[order], starts)

    def smallest(self, values: Integers) -> Integers:
        """The smallest of ``values`` (one per run) for every object."""
        order, starts = self._grouping()
        if starts.size == 0:
            return np.zeros(0, dtype=np.int64)
        return np.minimum.reduceat(values[order], starts)

    def largest(self, values: Integers) -> Integers:
        """The largest of ``values`` (one per run) for every object."""
        return -self.smallest(-values)

    def _grouping(self) -> tuple[Integers, Integers]:
        """Runs sorted by object, and where each object starts. Every object has a run."""
        order = np.argsort(self.index, kind="stable")
        return order, np.searchsorted(self.index[order], np.arange(self.n_objects))


def row_runs(plane: NDArray[np.uint32]) -> RowRuns:
    """The horizontal runs of a (Y, X) label plane."""
    height, width = plane.shape
    is_start = np.ones((height, width), dtype=bool)
    np.not_equal(plane[:, 1:], plane[:, :-1], out=is_start[:, 1:])
    starts = np.flatnonzero(is_start)
    ends = np.append(starts[1:], plane.size)
    values = plane.ravel()[starts]
    is_object = values != 0
    starts, ends = starts[is_object], ends[is_object]
    labels, index = np.unique(values[is_object], return_inverse=True)
    y, x0 = np.divmod(starts, max(width, 1))
    return RowRuns(
        labels=labels.astype(np.uint32), index=index, y=y, x0=x0, x1=x0 + (ends - starts)
    )
