"""How long measuring about 5,000 objects on 2048 x 2048 pixels takes, next to scikit-image.

Run as ``python -m tests.benchmarks.measure_speed``. Prints one line each and the ratio.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from skimage.measure import regionprops_table

from annotations.labels.measure import measure_plane

SIDE = 2048
PROPERTIES = [
    "label", "area", "bbox", "centroid", "axis_major_length", "axis_minor_length", "eccentricity",
    "orientation", "perimeter", "perimeter_crofton", "area_convex", "solidity",
    "intensity_mean", "intensity_std", "intensity_min", "intensity_max", "intensity_median",
]  # fmt: skip


def picture() -> tuple[NDArray[np.uint32], NDArray[np.uint16]]:
    """Discs of random size on a jittered grid of 71 x 71, and noise to measure in them."""
    random = np.random.default_rng(1)
    markers = np.zeros((SIDE, SIDE), dtype=np.uint32)
    step = SIDE / 71
    for number in range(71 * 71):
        y, x = (np.array(divmod(number, 71)) + 0.5) * step + random.uniform(-3, 3, 2)
        markers[int(y), int(x)] = number + 1
    distance, nearest = ndimage.distance_transform_edt(markers == 0, return_indices=True)
    radii = np.concatenate(([0], random.uniform(5, 14, 71 * 71)))
    labels = markers[tuple(nearest)]
    labels[distance > radii[labels]] = 0
    return labels, random.integers(0, 60_000, size=(SIDE, SIDE), dtype=np.uint16)


def seconds(action: Callable[[], object], repeats: int) -> float:
    """The best of ``repeats`` runs."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return min(times)


def main() -> None:
    labels, image = picture()
    measure_plane(labels[:64, :64], image[None, :64, :64])  # compile outside the clock
    ours = seconds(lambda: measure_plane(labels, image[None]), repeats=5)
    theirs = seconds(lambda: regionprops_table(labels, image, properties=PROPERTIES), repeats=1)
    n_objects = int(np.unique(labels).size - 1)
    print(f"{n_objects} objects on {SIDE} x {SIDE}")
    print(f"measure_plane              {ours:7.3f} s")
    print(f"skimage regionprops_table  {theirs:7.3f} s")
    print(f"ratio                      {theirs / ours:7.1f}")


if __name__ == "__main__":
    main()
