"""One light for all images of a setup against evening out each by itself: flatness and AP.

    python -m tests.benchmarks.shared_light DATA [--network NAME] [--images 8]

All images of a set get one common fall-off of 40 or 70 %, brightest beside the middle; what the
camera adds in the dark does not fall off. Flatness: how far the light that is left after the step
is from even, as its standard deviation over the mean, where the light of the microscope itself is
taken to be the one that is told from the untouched images.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from segmentation.engine.files import read_image, read_labels
from segmentation.engine.metrics import score
from segmentation.engine.preprocessing.background import light_of
from segmentation.engine.preprocessing.flat_field import SharedLight, places
from segmentation.engine.preprocessing.shared_light import shared_light_of
from segmentation.engine.segment import segment
from segmentation.engine.tiling import Window

Plane = NDArray[Any]
SETS = {
    "screen nuclei, 16 bit": ("bbbc039_u2os/images", "*.tif", 100.0),
    "plate, GFP, 8 bit": ("sbs_plate_96well/images", "Channel1*.tif", 0.0),
    "plate, nuclei, 8 bit": ("sbs_plate_96well/images", "Channel2*.tif", 0.0),
}
"""Where the images lie, and what their camera adds in the dark."""
STEPS: dict[str, dict[str, Any]] = {
    "nothing": {},
    "each by itself": {"preprocessing": {"background": "divide"}},
    "shared": {"preprocessing": {"background": "shared"}},
}


def fall_off(shape: tuple[int, int], strength: float) -> Plane:
    """Light that falls by `strength` from its brightest place to the farthest corner."""
    y, x = places(0, shape[0], shape[0])[:, None], places(0, shape[1], shape[1])[None]
    away = (y - 0.2) ** 2 + (x + 0.3) ** 2
    dimmed: Plane = 1 - strength * away / away.max()
    return dimmed


def told_from(planes: list[Plane]) -> SharedLight:
    """The shared light of planes (Y, X)."""
    named = ((str(i), plane[np.newaxis]) for i, plane in enumerate(planes))
    return shared_light_of(named, planes[0].shape)


def unevenness(left: Plane) -> float:
    """The standard deviation of a light over its mean."""
    return float(left.std() / left.mean())


def flatness(planes: list[Plane], own: Plane, strength: float) -> list[float]:
    """What is left of the light of the microscope and the fall-off after each step."""
    true = own * fall_off(own.shape, strength)
    whole = Window(0, 0, *own.shape)
    alone = [unevenness(true / light_of(plane).over(whole)) for plane in planes]
    shared = unevenness(true / told_from(planes).fields[0].over(whole))
    return [unevenness(true), float(np.median(alone)), shared]


def precision(
    planes: list[Plane], truths: list[Plane], light: SharedLight, network: str
) -> list[float]:
    """The mean AP@.5 of the generalist after each step."""
    means = []
    for step in STEPS.values():
        found = [
            segment(
                plane[np.newaxis],
                method="generalist",
                parameters={"network": network, **step},
                light=light,
            ).labels
            for plane in planes
        ]
        scores = [score(a, b)[0].average_precision for a, b in zip(found, truths, strict=True)]
        means.append(float(np.mean(scores)))
    return means


def main() -> None:
    """Print a row a set and fall-off."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--network", default="generalist-s")
    parser.add_argument("--images", type=int, default=8, help="so many of a set are segmented")
    options = parser.parse_args()
    print("| images | fall-off | figure | " + " | ".join(STEPS) + " |")
    print("|---|---|---|" + "---|" * len(STEPS))
    for name, (folder, pattern, dark) in SETS.items():
        paths = sorted((options.data / folder).glob(pattern))
        planes = [read_image(path).pixels[0, 0, 0].astype(np.float32) for path in paths]
        own = told_from(planes).fields[0].over(Window(0, 0, *planes[0].shape))
        for strength in (0.0, 0.4, 0.7):
            dimmed = [
                np.round((plane - dark) * fall_off(plane.shape, strength) + dark)
                .clip(0, 65_535)
                .astype(np.uint16)
                for plane in planes
            ]
            rows = {"unevenness": flatness(dimmed, own, strength)}
            labels = [path.parent.parent / "masks" / f"{path.stem}.png" for path in paths]
            if labels[0].is_file():
                chosen = range(0, len(paths), max(1, len(paths) // options.images))
                truths = [read_labels(labels[i])[0] for i in chosen]
                light = told_from(dimmed)
                some = [dimmed[i] for i in chosen]
                rows["AP@.5"] = precision(some, truths, light, options.network)
            for figure, values in rows.items():
                told = " | ".join(f"{value:.3f}" for value in values)
                row = f"| {name} ({len(paths)}) | {strength:.0%} | {figure} | {told} |"
                print(row, flush=True)


if __name__ == "__main__":
    main()
