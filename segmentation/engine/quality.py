"""What may make a result doubtful, seen in the image: each in one sentence that says what to do.

Saturation and what else can be told without knowing the cells is told when the image is read
(`webapp.imaging.quality`).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import ndimage

from segmentation.engine.arrays import AnyArray, FloatArray
from segmentation.engine.normalize import pixel_noise

SOFT_LIMIT = 0.07
"""Sharp images of every kind lie above, 98.8 % of 241; of the same images blurred by a fifth of a
cell 86 % lie below."""
FINE, COARSE = (1 / 24, 1 / 12), (1 / 8, 1 / 4)
"""Two bands of structure, as shares of the cell diameter."""
LOOKED_AT_DIAMETER = 48
LOOKED_AT_SIDE = 512
LARGEST_SIDE = 2048
"""No more is read of an image whose cells are very large."""


def size_warning(diameter_px: float, smallest_px: float, largest_px: float) -> tuple[str, ...]:
    """Say that cells have a size that the method never learned."""
    if smallest_px <= diameter_px <= largest_px:
        return ()
    return (
        f"The cells measure about {diameter_px:.0f} px, outside the {smallest_px:.0f} to "
        f"{largest_px:.0f} px that the network was trained for: check the result closely, or "
        "acquire at another magnification.",
    )


def focus_warning(planes: AnyArray, channels: Sequence[int], diameter_px: float) -> tuple[str, ...]:
    """Say that no channel of planes (C, Y, X) is sharp at the scale of the cells."""
    if max(sharpness(planes[c], diameter_px) for c in set(channels)) >= SOFT_LIMIT:
        return ()
    return ("The image looks out of focus: check the outlines, and focus again if you can.",)


def sharpness(plane: AnyArray, diameter_px: float) -> float:
    """Return the power of fine structure in a plane (Y, X) over that of coarse structure.

    Both bands are shares of the cell diameter, so magnification does not matter; what pixel
    noise adds to the fine band is subtracted. Looked at is the middle of the plane.
    """
    part, diameter = looked_at(plane, diameter_px)
    noise = pixel_noise(part)
    if min(part.shape) < 3 or not np.isfinite(noise):
        return np.inf
    margin = min(round(diameter / 2), min(part.shape) // 4)
    fine, coarse = (_band_power(part, band, diameter, margin) for band in (FINE, COARSE))
    fine -= noise**2 * _noise_gain(*(_sigma(share, diameter) for share in FINE))
    return max(fine, 0.0) / coarse if coarse > 0 else np.inf


def looked_at(plane: AnyArray, diameter_px: float) -> tuple[FloatArray, float]:
    """Return the middle of a plane as float32 with cells of at most 48 px, and their diameter.

    At most 512 px a side; cells that are larger are made smaller by means of blocks.
    """
    step = max(1, int(diameter_px / LOOKED_AT_DIAMETER))
    most = min(LOOKED_AT_SIDE * step, LARGEST_SIDE // step * step) or LARGEST_SIDE
    sides = [min(n // step * step, most) or n for n in plane.shape]
    y, x = ((n - side) // 2 for n, side in zip(plane.shape, sides, strict=True))
    part = np.nan_to_num(plane[y : y + sides[0], x : x + sides[1]].astype(np.float32))
    if step > 1 and min(sides) >= step:
        blocks = part.reshape(sides[0] // step, step, sides[1] // step, step)
        return blocks.mean((1, 3)).astype(np.float32), diameter_px / step
    return part, diameter_px


def _band_power(part: FloatArray, band: tuple[float, float], diameter: float, margin: int) -> float:
    """Return the mean square of what lies between two Gaussian scales, without the margin."""
    near, far = (ndimage.gaussian_filter(part, _sigma(share, diameter)) for share in band)
    inner = (slice(margin, -margin or None),) * 2
    return float(np.mean((near - far)[inner].astype(np.float64) ** 2))


def _sigma(share: float, diameter: float) -> float:
    """Return the scale in pixels; below a third of a pixel there is nothing to smooth."""
    return max(share * diameter, 0.3)


def _noise_gain(near: float, far: float) -> float:
    """Return the share of the variance of white noise that a difference of Gaussians lets pass."""
    return float((1 / (4 * near**2) + 1 / (4 * far**2) - 1 / (near**2 + far**2)) / np.pi)
