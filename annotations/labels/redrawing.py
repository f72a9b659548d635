"""An outline drawn around a cell, which takes exactly that shape; the viewer does exactly the same.

Like `annotations.labels.operations`: (Y, X) uint32 planes and bool masks, nothing is changed in
place, whole numbers only, and `tests/golden/operations.json` holds Python and TypeScript to the
same pixels.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from annotations.labels.operations import Mask, Plane, delete, paint

Counts = NDArray[np.int64]


def redraw(
    plane: Plane, mask: Mask, new_label: int, selected: Collection[int], protect_others: bool
) -> Plane:
    """Give the inside ``mask`` of an outline to the cell that lies under it.

    1. A cell lies under the outline when that covers more than a third of the cell, or the cell
       more than a third of the inside. Of several a ``selected`` one is meant, then the one with
       the most pixels inside, then the smallest label. Where there is none, ``new_label`` is.
    2. Of the other cells those vanish that lie inside by more than three quarters.
    3. The cell gets the pixels inside and loses those outside. With ``protect_others`` the pixels
       of cells that stay are theirs, otherwise the cell takes over those inside.
    """
    areas = np.bincount(plane.ravel()).astype(np.int64)
    shared = np.bincount(plane[mask], minlength=len(areas)).astype(np.int64)
    areas[0] = shared[0] = 0
    label = _under(areas, shared, int(mask.sum()), selected) or new_label
    inside = {int(n) for n in np.flatnonzero(4 * shared > 3 * areas)}
    return paint(delete(plane, inside | {label}), mask, label, protect_others)


def _under(areas: Counts, shared: Counts, n_inside: int, selected: Collection[int]) -> int:
    """The cell that an outline is about; 0 for a new one."""
    is_under = (3 * shared > areas) | (3 * shared > n_inside)
    under = [int(n) for n in np.flatnonzero(is_under & (shared > 0))]
    return min(under, key=lambda n: (n not in selected, -shared[n], n), default=0)
