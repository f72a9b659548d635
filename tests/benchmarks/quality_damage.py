"""Known ways to make an image worse, each in several strengths."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import tifffile
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from webapp.imaging.quality.flags import Flag
from webapp.imaging.quality.sample import pixel_noise

Plane = NDArray[Any]
Damage = Callable[[Plane, bool, np.random.Generator], Plane]

CROP_SIDES = (192, 128)
CROPS_OF_AN_IMAGE = 2


def blurred(sigma: float, plane: Plane, _is_light: bool, rng: np.random.Generator) -> Plane:
    """Gaussian blur, with the noise of the camera put back."""
    noise = pixel_noise(plane.astype(np.float32))
    soft = ndimage.gaussian_filter(plane.astype(np.float32), sigma)
    return _stored(soft + rng.normal(0, noise, plane.shape), plane)


def clipped(share: float, plane: Plane, _is_light: bool, _rng: np.random.Generator) -> Plane:
    """So much longer exposed that a share of the pixels is at the end of the range."""
    top = float(np.quantile(plane, 1 - share))
    end = np.iinfo(plane.dtype).max if plane.dtype.kind == "u" else float(plane.max())
    return _stored(np.minimum(plane, top) * (end / max(top, 1e-9)), plane)


def dimmed(factor: float, plane: Plane, _is_light: bool, rng: np.random.Generator) -> Plane:
    """A signal that many times weaker, with the same noise."""
    low, high = np.quantile(plane, (0.005, 0.995))
    noise = max(pixel_noise(plane.astype(np.float32)), 0.005 * float(high - low))
    return _stored(low + (plane - low) / factor + rng.normal(0, noise, plane.shape), plane)


def shaded(strength: float, plane: Plane, is_light: bool, _rng: np.random.Generator) -> Plane:
    """Light that falls off from one corner to the other; in the dark, a glow that rises."""
    y, x = (np.linspace(0, 1, n) for n in plane.shape)
    slope = (y[:, None] + x[None, :]) / 2
    low, high = np.quantile(plane, (0.005, 0.995))
    if is_light:
        return _stored(plane * (1 - strength * slope), plane)
    return _stored(plane + strength * (high - low) * slope, plane)


def seamed(step: float, plane: Plane, is_light: bool, _rng: np.random.Generator) -> Plane:
    """A part of the image that is brighter, or darker, by a share of its range."""
    low, high = np.quantile(plane, (0.005, 0.995))
    worse = plane.astype(np.float64)
    worse[:, int(0.37 * plane.shape[1]) :] += (-step if is_light else step) * (high - low)
    return _stored(worse, plane)


def tiled(step: float, plane: Plane, is_light: bool, _rng: np.random.Generator) -> Plane:
    """Four tiles, of which two are brighter, or darker, by a share of the range."""
    low, high = np.quantile(plane, (0.005, 0.995))
    rows, columns = (int(0.43 * n) for n in plane.shape)
    worse = plane.astype(np.float64)
    change = (-step if is_light else step) * (high - low)
    worse[:rows, :columns] += change
    worse[rows:, columns:] += change
    return _stored(worse, plane)


def with_fiber(contrast: float, plane: Plane, is_light: bool, _rng: np.random.Generator) -> Plane:
    """A bent fiber over two thirds of the image: dark on light ground, else bright."""
    height, width = plane.shape
    side = min(height, width)
    along = np.linspace(-0.35, 0.35, 4 * side)
    y = 0.45 * height + side * (0.5 * along + 0.6 * along**2)
    x = 0.52 * width + side * 0.85 * along
    drawn = np.zeros(plane.shape)
    drawn[np.clip(y, 0, height - 1).astype(int), np.clip(x, 0, width - 1).astype(int)] = 1
    thick = ndimage.binary_dilation(drawn, iterations=max(1, round(0.003 * side)))
    return _over(plane, ndimage.gaussian_filter(thick.astype(float), 1), contrast, is_light)


def scratched(contrast: float, plane: Plane, is_light: bool, _rng: np.random.Generator) -> Plane:
    """A straight line from one side to the other, three pixels wide."""
    y, x = np.mgrid[: plane.shape[0], : plane.shape[1]]
    away = (y - 0.4 * plane.shape[0] - 0.3 * (x - plane.shape[1] / 2)) / np.hypot(1, 0.3)
    return _over(plane, np.exp(-np.square(away / 1.5)), contrast, is_light)


def _over(plane: Plane, share: Plane, contrast: float, is_light: bool) -> Plane:
    """Something laid over an image: a contrast of its range from the background."""
    low, high = np.quantile(plane, (0.005, 0.995))
    level = np.median(plane) + (-contrast if is_light else contrast) * (high - low)
    return _stored(plane * (1 - share) + level * share, plane)


def compressed(quality: int, plane: Plane, _is_light: bool, _rng: np.random.Generator) -> Plane:
    """Saved as JPEG of that quality, in 8 bit."""
    low, high = (0, 255) if plane.dtype == np.uint8 else np.quantile(plane, (0.001, 0.999))
    eight_bit = np.clip((plane - low) / max(high - low, 1e-9) * 255, 0, 255).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(eight_bit).save(file, "JPEG", quality=quality)
    return np.asarray(Image.open(file))


DAMAGES: list[tuple[Flag, str, Damage]] = [
    *((Flag.BLURRED, f"blur of {s} px", partial(blurred, s)) for s in (2, 4, 8)),
    *((Flag.SATURATED, f"{s:.0%} clipped", partial(clipped, s)) for s in (0.02, 0.05, 0.15)),
    *((Flag.LOW_SIGNAL, f"signal / {f}", partial(dimmed, f)) for f in (20, 60, 120)),
    *((Flag.UNEVEN, f"fall-off of {s:.0%}", partial(shaded, s)) for s in (0.2, 0.4, 0.7)),
    *((Flag.SEAM, f"step of {s:.0%}", partial(seamed, s)) for s in (0.05, 0.1, 0.2)),
    (Flag.SEAM, "four tiles, step of 10%", partial(tiled, 0.1)),
    *((Flag.DEBRIS, f"fiber, contrast {c:g}", partial(with_fiber, c)) for c in (0.5, 1.5)),
    *((Flag.DEBRIS, f"scratch, contrast {c:g}", partial(scratched, c)) for c in (0.3, 0.6)),
    *((Flag.COMPRESSED, f"JPEG quality {q}", partial(compressed, q)) for q in (75, 50, 25)),
]


def saved_again(plane: Plane) -> Plane:
    """The same image as a JPEG of quality 85, as people send it."""
    return compressed(85, plane, False, np.random.default_rng(0))


def background_crops(plane: Plane, path: Path) -> Iterator[Plane]:
    """Yield parts of an image without any object, where the set says where objects are."""
    found = [
        one
        for suffix in (".png", ".tif")
        if (one := path.parents[1] / "masks" / (path.stem + suffix)).exists()
    ]
    if not found:
        return
    is_tiff = found[0].suffix == ".tif"
    labels = tifffile.imread(found[0]) if is_tiff else np.asarray(Image.open(found[0]))
    if labels.shape != plane.shape:
        return
    n_found = 0
    for side in CROP_SIDES:
        for y in range(0, plane.shape[0] - side + 1, side // 2):
            for x in range(0, plane.shape[1] - side + 1, side // 2):
                window = np.s_[y : y + side, x : x + side]
                if n_found < CROPS_OF_AN_IMAGE and not labels[window].any():
                    n_found += 1
                    yield plane[window]


def _stored(values: NDArray[Any], like: Plane) -> Plane:
    """Return values as a camera of that type would store them."""
    if like.dtype.kind != "u":
        return values.astype(like.dtype)
    return np.clip(np.rint(values), 0, np.iinfo(like.dtype).max).astype(like.dtype)
