"""What the steps before a method bring or cost: AP by kind of image, damage and step.

    python -m tests.benchmarks.preprocessing DATA [--images 6] [--network NAME] [--kinds KIND ...]

The middle 512 x 512 pixels of held-out images of the card, as they are and made worse on purpose:
light that falls off to 30 % in one corner, haze that rises to twice the range of the image, ten
times the noise, and one pixel in two hundred that is stuck at the end of the range.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from segmentation.engine.cli.train import find_files
from segmentation.engine.files import read_image, read_labels
from segmentation.engine.metrics import score
from segmentation.engine.segment import segment
from segmentation.engine.training.data import RECIPE, LabeledFile
from segmentation.engine.weights import find_card
from webapp.imaging.quality.sample import pixel_noise

Planes = NDArray[Any]
SIDE = 512
STEPS: dict[str, dict[str, Any]] = {
    "nothing": {},
    "even out": {"background": "divide"},
    "subtract": {"background": "subtract"},
    "median": {"denoise": "median"},
    "gaussian": {"denoise": "gaussian"},
}


def as_it_is(plane: Planes, _rng: np.random.Generator) -> Planes:
    """Nothing is made worse."""
    return plane


def falling_light(plane: Planes, _rng: np.random.Generator) -> Planes:
    """Light of 100 % in one corner and 30 % in the other."""
    return plane * (1 - 0.7 * _slope(plane))


def haze(plane: Planes, _rng: np.random.Generator) -> Planes:
    """A glow that rises to twice the range of the image."""
    low, high = np.quantile(plane, (0.005, 0.995))
    return plane + 2 * (high - low) * _slope(plane)


def noise(plane: Planes, rng: np.random.Generator) -> Planes:
    """Ten times the noise of the camera, at least a twentieth of the range."""
    low, high = np.quantile(plane, (0.005, 0.995))
    spread = max(10 * pixel_noise(plane), 0.05 * float(high - low))
    return plane + rng.normal(0, spread, plane.shape)


def hot_pixels(plane: Planes, rng: np.random.Generator) -> Planes:
    """One pixel in two hundred is stuck."""
    return np.where(rng.random(plane.shape) < 0.005, plane.max() * 1.5, plane)


DAMAGES: tuple[Callable[[Planes, np.random.Generator], Planes], ...] = (
    as_it_is,
    falling_light,
    haze,
    noise,
    hot_pixels,
)


def _slope(plane: Planes) -> Planes:
    y, x = (np.linspace(0, 1, n) for n in plane.shape)
    return (y[:, None] + x[None, :]) / 2


def chosen(data: Path, network: str, n_images: int) -> dict[str, list[LabeledFile]]:
    """The first held-out images of each kind of image."""
    card = find_card(network)
    held_out = {(f["folder"], f["stem"], f["group"]) for f in card.facts["held_out"]["files"]}
    found: dict[str, list[LabeledFile]] = {}
    for file in find_files([data], RECIPE, card.facts["training"]["seed"]):
        if (file.part.folder, file.stem, file.group) in held_out:
            found.setdefault(file.part.modality, []).append(file)
    return {
        kind: files[:: max(1, len(files) // n_images)][:n_images] for kind, files in found.items()
    }


def _middle(pixels: Planes) -> Planes:
    """The middle of the last two axes."""
    height, width = pixels.shape[-2:]
    top, left = max(0, (height - SIDE) // 2), max(0, (width - SIDE) // 2)
    return pixels[..., top : top + SIDE, left : left + SIDE]


def measure(file: LabeledFile, damage: Callable[..., Planes], network: str) -> list[float]:
    """AP@.5 after each step."""
    image, truth = read_image(file.image), read_labels(file.labels)
    rng = np.random.default_rng(0)
    truth = _middle(truth)
    pixels = _middle(image.pixels[0][:, 0]).astype(np.float32)
    planes = np.stack([damage(one, rng) for one in pixels])
    planes = planes.astype(np.float32)
    scores = []
    for step in STEPS.values():
        parameters = {"network": network, **({"preprocessing": step} if step else {})}
        found = segment(
            planes,
            method="generalist",
            parameters=parameters,
            channel_names=image.channel_names,
        )
        scores.append(score(found.labels, truth[0])[0].average_precision)
    return scores


def main() -> None:
    """Print a row a kind and damage."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--images", type=int, default=6)
    parser.add_argument("--network", default="generalist-s")
    parser.add_argument("--kinds", nargs="*", help="only these kinds of images")
    options = parser.parse_args()
    print("| images | made worse by | " + " | ".join(STEPS) + " |")
    print("|---|---|" + "---|" * len(STEPS))
    for kind, files in chosen(options.data, options.network, options.images).items():
        for damage in DAMAGES if not options.kinds or kind in options.kinds else ():
            rows = [measure(file, damage, options.network) for file in files]
            means = " | ".join(f"{value:.3f}" for value in np.mean(rows, axis=0))
            words = damage.__name__.replace("_", " ")
            print(f"| {kind} ({len(files)}) | {words} | {means} |", flush=True)


if __name__ == "__main__":
    main()
