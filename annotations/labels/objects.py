"""Which objects a label image holds, and where."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from annotations.labels.row_runs import row_runs

OBJECT_FIELDS = np.dtype(
    [
        ("label", np.uint32),
        ("t", np.int32),
        ("z", np.int32),
        ("y0", np.int32),
        ("x0", np.int32),
        ("y1", np.int32),
        ("x1", np.int32),
        ("area_px", np.int64),
        ("centroid_y", np.float64),
        ("centroid_x", np.float64),
    ]
)


def objects_of_plane(plane: NDArray[np.uint32], t: int, z: int) -> NDArray[np.void]:
    """The objects of one (Y, X) plane, one record of `OBJECT_FIELDS` per label, labels ascending.

    The box is half open. A label in several pieces is one object whose box holds all of them.
    """
    runs = row_runs(plane)
    lengths = runs.x1 - runs.x0
    area = runs.total(lengths)
    table = np.zeros(runs.n_objects, dtype=OBJECT_FIELDS)
    table["label"], table["t"], table["z"] = runs.labels, t, z
    table["y0"], table["x0"] = runs.smallest(runs.y), runs.smallest(runs.x0)
    table["y1"], table["x1"] = runs.largest(runs.y) + 1, runs.largest(runs.x1)
    table["area_px"] = area
    table["centroid_y"] = runs.total(runs.y * lengths) / area
    # x0 + ... + (x1 - 1) = (x0 + x1 - 1) * length / 2, and the product is always even.
    table["centroid_x"] = runs.total((runs.x0 + runs.x1 - 1) * lengths // 2) / area
    return table


def objects_of(labels: Iterable[Iterable[NDArray[np.uint32]]]) -> NDArray[np.void]:
    """The objects of a label image given as (T, Z, Y, X), or lazily as frames of planes.

    An object that is seen in several planes has one record in each, ordered by t, z, label.
    """
    tables = [
        objects_of_plane(plane, t, z)
        for t, frame in enumerate(labels)
        for z, plane in enumerate(frame)
    ]
    return np.concatenate(tables) if tables else np.zeros(0, dtype=OBJECT_FIELDS)
