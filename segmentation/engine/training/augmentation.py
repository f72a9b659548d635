"""Change how a crop looks, never where its cells are."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
from PIL import Image
from scipy import ndimage
from skimage.color import hed2rgb, rgb2hed

from segmentation.engine.arrays import FloatArray

Rng = np.random.Generator


def _change_contrast(planes: FloatArray, rng: Rng) -> FloatArray:
    """Gamma, gain and offset, the same for all planes or one by one."""
    n = 1 if rng.random() < 0.7 else 3
    gamma = 2 ** rng.uniform(-1, 1, (n, 1, 1)).astype(np.float32)
    gain = rng.uniform(0.5, 1.3, (n, 1, 1)).astype(np.float32)
    offset = rng.uniform(-0.1, 0.2, (n, 1, 1)).astype(np.float32)
    changed: FloatArray = np.clip(planes, 0, 1) ** gamma * gain + offset
    return changed


def _invert(planes: FloatArray, _rng: Rng) -> FloatArray:
    inverted: FloatArray = 1 - planes
    return inverted


def _blur(planes: FloatArray, rng: Rng) -> FloatArray:
    sigma = rng.uniform(0.5, 2.2)
    blurred: FloatArray = ndimage.gaussian_filter(planes, (0, sigma, sigma), truncate=2.5)
    return blurred


def _sharpen(planes: FloatArray, rng: Rng) -> FloatArray:
    blurred = ndimage.gaussian_filter(planes, (0, 1.5, 1.5), truncate=2.5)
    sharpened: FloatArray = planes + np.float32(rng.uniform(0.3, 1.5)) * (planes - blurred)
    return sharpened


def _add_noise(planes: FloatArray, rng: Rng) -> FloatArray:
    """Gaussian noise, and shot noise that grows with the signal; grain of one or two pixels."""
    size = planes.shape[1:]
    n = 1 if np.array_equal(planes[0], planes[1]) else 3
    noise = rng.standard_normal((n, *size), np.float32)
    if rng.random() < 0.3:
        noise = ndimage.uniform_filter(noise, (0, 2, 2)) * 2
    level = np.float32(np.exp(rng.uniform(np.log(0.004), np.log(0.12))))
    shot = np.float32(np.exp(rng.uniform(np.log(0.004), np.log(0.15))))
    noisy: FloatArray = planes + noise * (level + shot * np.sqrt(np.clip(planes, 0, 1)))
    return noisy


def _compress(planes: FloatArray, rng: Rng) -> FloatArray:
    """Artefacts of JPEG."""
    pixels = np.round(np.clip(planes, 0, 1) * 255).astype(np.uint8).transpose(1, 2, 0)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", quality=int(rng.integers(15, 80)))
    decoded = np.asarray(Image.open(buffer)).transpose(2, 0, 1)
    compressed: FloatArray = decoded.astype(np.float32) / np.float32(255)
    return compressed


def _shade(planes: FloatArray, rng: Rng) -> FloatArray:
    """Uneven illumination, as a product (vignette) or a sum (haze), from a few random waves."""
    size = planes.shape[1]
    y, x = np.meshgrid(*[np.linspace(-1, 1, size, dtype=np.float32)] * 2, indexing="ij")
    waves = np.zeros((size, size), np.float32)
    for _ in range(2):
        ky, kx, phase = rng.uniform(-2.5, 2.5), rng.uniform(-2.5, 2.5), rng.uniform(0, 6.3)
        waves += np.sin(ky * y + kx * x + phase)
    strength = np.float32(rng.uniform(0.05, 0.25))
    is_vignette = rng.random() < 0.5
    shaded: FloatArray = planes + strength * waves * (planes if is_vignette else 1)
    return shaded


def _jitter_stain(planes: FloatArray, rng: Rng) -> FloatArray:
    """Vary hematoxylin, eosin and DAB apart (Tellez et al., MedIA 58:101544, 2019)."""
    if np.array_equal(planes[0], planes[1]):
        return planes
    stains = rgb2hed(np.clip(planes, 0, 1).transpose(1, 2, 0))
    stains = stains * rng.uniform(0.7, 1.4, 3) + rng.uniform(-0.02, 0.02, 3)
    jittered: FloatArray = hed2rgb(stains).astype(np.float32).transpose(2, 0, 1)
    return jittered


def _coarsen_one_axis(planes: FloatArray, rng: Rng) -> FloatArray:
    """Lose resolution along one axis, as slices of a stack do."""
    factor = int(rng.integers(2, 4))
    axis = int(rng.integers(1, 3))
    size = planes.shape[axis] // factor * factor
    kept = np.take(planes, np.arange(0, size, factor), axis=axis)
    coarse = np.repeat(kept, factor, axis=axis)
    rest = np.take(planes, np.arange(size, planes.shape[axis]), axis=axis)
    return np.concatenate([coarse, rest], axis=axis)


def _coarsen(planes: FloatArray, rng: Rng) -> FloatArray:
    """Look like cells of few pixels that were enlarged, with grain as large as their pixels."""
    size = planes.shape[1]
    n_coarse = int(size / rng.uniform(1.5, 3.3))
    noise = np.float32(np.exp(rng.uniform(np.log(0.002), np.log(0.06))))
    is_grey = np.array_equal(planes[0], planes[1]) and np.array_equal(planes[0], planes[2])
    coarse = []
    for plane in planes[:1] if is_grey else planes:
        few = Image.fromarray(plane).resize((n_coarse, n_coarse), Image.Resampling.BILINEAR)
        grain = noise * rng.standard_normal((n_coarse, n_coarse), np.float32)
        grainy = Image.fromarray(np.asarray(few) + grain)
        coarse.append(np.asarray(grainy.resize((size, size), Image.Resampling.BILINEAR)))
    return np.stack(coarse * 3 if is_grey else coarse)


def _add_debris(planes: FloatArray, rng: Rng) -> FloatArray:
    """Small bright or dark specks that are no cells."""
    size = planes.shape[1]
    dirty = planes.copy()
    for _ in range(int(rng.integers(1, 12))):
        cy, cx, radius = rng.uniform(0, size), rng.uniform(0, size), rng.uniform(0.6, 2.2)
        y0, y1 = max(0, int(cy - 8)), min(size, int(cy + 9))
        x0, x1 = max(0, int(cx - 8)), min(size, int(cx + 9))
        y, x = np.mgrid[y0:y1, x0:x1]
        speck = np.exp(-((y - cy) ** 2 + (x - cx) ** 2) / (2 * radius**2))
        dirty[:, y0:y1, x0:x1] += np.float32(rng.choice([-0.6, 0.8])) * speck
    return dirty


def _mix_channels(planes: FloatArray, rng: Rng) -> FloatArray:
    """Grey, permuted or dropped planes: the network must not rely on their order."""
    kind = rng.random()
    if np.array_equal(planes[0], planes[1]):
        if kind < 0.7:
            return planes
        lone = np.zeros_like(planes)
        lone[rng.integers(3)] = planes[0]
        return lone
    if kind < 0.35:
        weights = rng.dirichlet([1.0, 1.0, 1.0]).astype(np.float32)
        return np.repeat(np.tensordot(weights, planes, 1)[None], 3, axis=0)
    mixed = planes[rng.permutation(3)]
    if kind > 0.9:
        mixed = mixed.copy()
        mixed[rng.integers(3)] = 0
    return mixed


STEPS: tuple[tuple[float, Callable[[FloatArray, Rng], FloatArray]], ...] = (
    (0.20, _jitter_stain),
    (0.35, _mix_channels),
    (0.10, _invert),
    (0.60, _change_contrast),
    (0.20, _shade),
    (0.12, _add_debris),
    (0.22, _blur),
    (0.08, _sharpen),
    (0.08, _coarsen_one_axis),
    (0.40, _add_noise),
    (0.10, _compress),
)


def brighten_cells_apart(planes: FloatArray, foreground: FloatArray, rng: Rng) -> FloatArray:
    """Give the foreground a patchwise gain, so that dim cells beside bright ones are common."""
    patches = rng.uniform(0.35, 1.2, (8, 8)).astype(np.float32)
    size = planes.shape[1]
    gain = np.kron(patches, np.ones((-(-size // 8),) * 2, np.float32))[:size, :size]
    background = np.percentile(planes[:, ::4, ::4], 20, axis=(1, 2)).astype(np.float32)
    soft = ndimage.uniform_filter(foreground, 3)
    base = background[:, None, None]
    changed: FloatArray = planes + soft * (gain - 1) * (planes - base)
    return changed


def augment(
    planes: FloatArray, foreground: FloatArray, rng: Rng, coarse: float = 0.05
) -> FloatArray:
    """Return changed planes (3, N, N) float32 in 0..1; one in eight crops stays as it is.

    `coarse` is the share of crops that lose resolution.
    """
    if rng.random() < 0.125:
        return planes
    if rng.random() < 0.15:
        planes = brighten_cells_apart(planes, foreground, rng)
    for probability, change in (*STEPS, (coarse, _coarsen)):
        if rng.random() < probability:
            planes = change(planes, rng)
    return np.clip(planes, 0, 1).astype(np.float32, copy=False)
