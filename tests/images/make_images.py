"""Make the small images that the tests of all apps may use: python -m tests.images.make_images

`nuclei.png` is cut out of a demo image under CC0; the others are computed, from a fixed seed.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import tifffile
from numpy.typing import NDArray
from PIL import Image

HERE = Path(__file__).parent
DEMO = HERE.parents[1] / "webapp/demo/images"


def blobs(n: int, height: int, width: int, seed: int) -> NDArray[np.float64]:
    """Return n soft discs of radius 4 to 8 px between 0 and 1."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[:height, :width]
    light = np.zeros((height, width))
    for _ in range(n):
        centre_y, centre_x = random.uniform(8, [height - 8, width - 8])
        radius = random.uniform(4, 8)
        distance = np.hypot(y - centre_y, x - centre_x)
        light = np.maximum(light, np.clip((radius - distance) / 2 + 0.5, 0, 1))
    return light


def noisy(light: NDArray[np.float64], top: int, seed: int) -> NDArray[np.uint16]:
    """Return a 16 bit camera image: background 100, signal up to `top`, photon noise."""
    photons = np.random.default_rng(seed).poisson(100 + top * light)
    return np.clip(photons, 0, 65535).astype(np.uint16)


def main() -> None:
    """Write all images."""
    compact: dict[str, Any] = {"compression": "zlib", "predictor": True}
    nuclei = blobs(14, 96, 128, 1)
    channels = np.stack([noisy(nuclei, 3000, 2), noisy(blobs(9, 96, 128, 3), 1200, 4)])
    metadata: dict[str, Any] = {"axes": "CYX", "Channel": {"Name": ["DAPI", "GFP"]},
                                "PhysicalSizeX": 0.325, "PhysicalSizeY": 0.325}  # fmt: skip
    two_channels = HERE / "two_channels.ome.tif"
    tifffile.imwrite(two_channels, channels, photometric="minisblack", metadata=metadata, **compact)
    frames = np.stack([np.roll(noisy(nuclei, 900, t), 3 * t, axis=1) for t in range(4)])
    movie: dict[str, Any] = {"axes": "TYX", "unit": "um", "finterval": 300.0}
    tifffile.imwrite(HERE / "movie.tif", frames, imagej=True, resolution=(2, 2), metadata=movie)
    tint = nuclei[..., np.newaxis] * np.array([110, 190, 60])
    Image.fromarray((240 - tint).astype(np.uint8)).save(HERE / "stained.png", optimize=True)
    with Image.open(DEMO / "nuclei_01.png") as picture:
        picture.crop((0, 0, 128, 128)).convert("L").save(HERE / "nuclei.png", optimize=True)


if __name__ == "__main__":
    main()
