"""What leads from the labels of now back to those of an earlier version, as one edit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from annotations.labels import patch as patches
from annotations.labels.marks import CellFacts, CellMark, Facts, Mark, RegionMark
from annotations.labels.patch import BoundingBox, Patch

SMALLEST_BLOCK = 512
Place = tuple[int, int]
"""t and z of a plane."""
Labels = NDArray[np.uint32]
"""(T, Z, Y, X) labels, 0 is background."""


class Touched:
    """Which parts of all planes some patches touch."""

    def __init__(self) -> None:
        self._boxes: dict[Place, list[BoundingBox]] = defaultdict(list)

    def add(self, patch: Patch) -> None:
        """Note where a patch lies."""
        self._boxes[patch.t, patch.z].append(patch.bbox)

    def blocks(self, most: int) -> list[tuple[Place, BoundingBox]]:
        """Boxes that hold all of it and do not overlap; at most so many, or one a plane."""
        side = SMALLEST_BLOCK
        while True:
            blocks = self._blocks_of(side)
            if len(blocks) <= max(most, len(self._boxes)):
                return blocks
            side *= 2

    def _blocks_of(self, side: int) -> list[tuple[Place, BoundingBox]]:
        blocks: dict[tuple[Place, int, int], BoundingBox] = {}
        for place, boxes in self._boxes.items():
            for y0, x0, y1, x1 in set(boxes):
                for row in range(y0 // side, -(-y1 // side)):
                    for column in range(x0 // side, -(-x1 // side)):
                        key = (place, row, column)
                        part = _cut((y0, x0, y1, x1), row * side, column * side, side)
                        blocks[key] = _around(blocks[key], part) if key in blocks else part
        return [(place, box) for (place, _, _), box in sorted(blocks.items())]


def take_back(labels: Labels, edit: Sequence[Patch]) -> None:
    """Bring ``labels`` from the version that an edit made to the one before, in place."""
    for patch in reversed(edit):
        patches.apply(labels[patch.t, patch.z], patches.reverse(patch))


def patches_between(
    now: Labels, then: Labels, blocks: Iterable[tuple[Place, BoundingBox]]
) -> list[Patch]:
    """The patches that turn ``now`` into ``then`` within the blocks."""
    found = []
    for (t, z), (y0, x0, y1, x1) in blocks:
        box = np.s_[y0:y1, x0:x1]
        patch = patches.difference(now[t, z][box], then[t, z][box], t, z, (y0, x0))
        if patch is not None:
            found.append(patch)
    return found


def marks_between(now: Facts, then: Facts) -> list[Mark]:
    """The marks that say what was said; cells of which the same is to be said share one."""
    return [*_cell_marks(now, then), *_region_marks(now, then)]


def _cell_marks(now: Facts, then: Facts) -> list[CellMark]:
    groups: dict[tuple[tuple[str, object, object], ...], list[int]] = defaultdict(list)
    for label in sorted({*now.cells, *then.cells}):
        change = _changed(now.of_cell(label), then.of_cell(label))
        if change:
            groups[change].append(label)
    return [
        CellMark(
            tuple(labels),
            {name: before for name, before, _ in change},  # type: ignore[misc]
            {name: after for name, _, after in change},  # type: ignore[misc]
        )
        for change, labels in groups.items()
    ]


def _changed(now: CellFacts, then: CellFacts) -> tuple[tuple[str, object, object], ...]:
    return tuple((name, now[name], then[name]) for name in now if now[name] != then[name])


def _region_marks(now: Facts, then: Facts) -> list[RegionMark]:
    return [
        RegionMark(region, now.regions.get(region), then.regions.get(region))
        for region in sorted({*now.regions, *then.regions})
        if now.regions.get(region) != then.regions.get(region)
    ]


def _cut(box: BoundingBox, y: int, x: int, side: int) -> BoundingBox:
    y0, x0, y1, x1 = box
    return max(y0, y), max(x0, x), min(y1, y + side), min(x1, x + side)


def _around(first: BoundingBox, second: BoundingBox) -> BoundingBox:
    y0, x0, y1, x1 = first
    v0, u0, v1, u1 = second
    return min(y0, v0), min(x0, u0), max(y1, v1), max(x1, u1)
