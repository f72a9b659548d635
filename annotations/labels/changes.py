"""Which cells are no longer as they were."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray


def changed_labels(
    before: Iterable[NDArray[np.uint32]], after: Iterable[NDArray[np.uint32]]
) -> set[int]:
    """Return the labels that won or lost a pixel between two stacks of planes (Y, X).

    What was changed and put back is not changed: only the pixels count, not the edits.
    """
    changed: set[int] = set()
    for old, new in zip(before, after, strict=True):
        differs = old != new
        changed.update(np.unique(old[differs]).tolist(), np.unique(new[differs]).tolist())
    return changed - {0}
