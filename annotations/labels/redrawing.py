"""An outline drawn around a cell, which takes exactly that shape; the viewer does exactly the same.

Like `annotations.labels.operations`: (Y, X) uint32 planes and bool masks, nothing is changed in
place, whole numbers only, and `tests/golden/operations.json` holds Python and TypeScript to the
same pixels.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from annotations.labels.operations import Mask, Plane, delete, erase, paint

Counts = NDArray[np.int64]


def redraw(
    plane: Plane, mask: Mask, new_label: int, selected: Collection[int], protect_others: bool
) -> Plane:
    """Give the inside ``mask`` of an outline to the cell that lies under it.

    1. A cell lies under the outline when more than a third of it is inside. Of several a
       ``selected`` one is meant, then the one with the most pixels inside, then the smallest
       label. Where there is none, ``new_label`` is.
    2. Of the other cells those vanish that lie inside by more than three quarters; one that fills
       more than half of the inside, as it is much larger, gives up what it has there.
    3. The cell gets the pixels inside and loses those outside. With ``protect_others`` the pixels
       of cells that stay are theirs, otherwise the cell takes over those inside.
    """
    areas = np.bincount(plane.ravel()).astype(np.int64)
    shared = np.bincount(plane[mask], minlength=len(areas)).astype(np.int64)
    areas[0] = shared[0] = 0
    label = _under(areas, shared, selected) or new_label
    inside = {int(n) for n in np.flatnonzero(4 * shared > 3 * areas)}
    cleared = delete(plane, inside | {label})
    for larger in np.flatnonzero(2 * shared > mask.sum()):
        cleared = erase(cleared, mask, int(larger))
    return paint(cleared, mask, label, protect_others)


def _under(areas: Counts, shared: Counts, selected: Collection[int]) -> int:
    """The cell that an outline is about; 0 for a new one."""
    under = [int(n) for n in np.flatnonzero(3 * shared > areas)]
    return min(under, key=lambda n: (n not in selected, -shared[n], n), default=0)
