"""Bring any image into the range and the three planes that the methods read."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from segmentation.engine.arrays import AnyArray, FloatArray

LOW_PERCENTILE = 1.0
HIGH_PERCENTILE = 99.8
N_SAMPLES = 1_000_000
N_NETWORK_PLANES = 3


def contrast_limits(plane: AnyArray) -> tuple[float, float]:
    """Return the 1st and 99.8th percentile of a plane (Y, X) of any numeric dtype.

    Read from a regular grid of at most a million pixels; NaN and infinities are left out.
    A plane without a finite pixel gives (0, 0).
    """
    step = max(1, int(np.ceil(np.sqrt(plane.size / N_SAMPLES))))
    sample = plane[::step, ::step].astype(np.float64).ravel()
    sample = sample[np.isfinite(sample)]
    if sample.size == 0:
        return 0.0, 0.0
    low, high = np.percentile(sample, [LOW_PERCENTILE, HIGH_PERCENTILE])
    if high <= low:
        # Less than 0.2 % of the pixels stand out: a few small cells on an even background.
        low, high = float(sample.min()), float(sample.max())
    return float(low), float(high)


def scale_to_unit(plane: AnyArray, low: float, high: float) -> FloatArray:
    """Map low..high of a plane to 0..1 as float32 and clip; a plane without contrast is all 0.

    NaN becomes 0, infinities become the nearest end.
    """
    if high <= low:
        return np.zeros(plane.shape, np.float32)
    # Large offsets (65,000 of 65,535) lose their contrast in float32, so subtract first.
    wide = plane.astype(np.float64) if plane.dtype.itemsize > 2 else plane.astype(np.float32)
    unit = (wide - low) / (high - low)
    return np.nan_to_num(np.clip(unit, 0, 1), nan=0.0).astype(np.float32)


def has_contrast(plane: AnyArray) -> bool:
    """Say whether a plane holds more than one finite value."""
    step = max(1, int(np.ceil(np.sqrt(plane.size / N_SAMPLES))))
    sample = plane[::step, ::step]
    finite = sample[np.isfinite(sample)] if sample.dtype.kind == "f" else sample
    return bool(finite.size and finite.min() < finite.max())


def pixel_noise(plane: AnyArray) -> float:
    """Return the noise of a pixel of a plane (Y, X), by Immerkaer's Laplacian estimate.

    J. Immerkaer, Fast noise variance estimation, CVIU 64:300, 1996.
    """
    if min(plane.shape) < 3:
        return 0.0
    wide = plane.astype(np.float64)
    vertical = wide[:-2] - 2 * wide[1:-1] + wide[2:]
    laplacian = vertical[:, :-2] - 2 * vertical[:, 1:-1] + vertical[:, 2:]
    return float(np.sqrt(np.pi / 2) * np.mean(np.abs(laplacian)) / 6)


def signal_to_noise(plane: AnyArray) -> float:
    """Return the contrast of a plane over its pixel noise (Immerkaer's Laplacian estimate).

    J. Immerkaer, Fast noise variance estimation, CVIU 64:300, 1996.
    """
    low, high = contrast_limits(plane)
    if high <= low or min(plane.shape) < 3:
        return 0.0
    step = max(1, plane.shape[0] // 1024)
    rows = [np.nan_to_num(plane[i :: step * 3][:64].astype(np.float64)) for i in range(3)]
    n_rows = min(len(r) for r in rows)
    top, middle, bottom = (r[:n_rows] for r in rows)
    vertical = top - 2 * middle + bottom
    laplacian = vertical[:, :-2] - 2 * vertical[:, 1:-1] + vertical[:, 2:]
    noise = float(np.sqrt(np.pi / 2) * np.mean(np.abs(laplacian)) / 6)
    return (high - low) / max(noise, 1e-9 * (high - low))


def choose_channels(planes: AnyArray) -> tuple[int, ...]:
    """Choose the one to three channels of an image (C, Y, X) that the network is shown.

    Channels without contrast are left out. Of more than three, those with the best contrast
    over noise stay, in their order in the file. An image without contrast keeps channel 0.
    """
    usable = [c for c in range(len(planes)) if has_contrast(planes[c])]
    if len(usable) > N_NETWORK_PLANES:
        best = sorted(usable, key=lambda c: -signal_to_noise(planes[c]))[:N_NETWORK_PLANES]
        usable = sorted(best)
    return tuple(usable) or (0,)


def spread_over_planes(chosen: Sequence[FloatArray]) -> FloatArray:
    """Lay one to three normalized channels (Y, X) onto the three planes of the network.

    One channel is repeated; of two, a nucleus and its cell, that of the cell fills two planes, as
    cytoplasm and membrane do in the images that the network learned from.
    """
    if len(chosen) == 1:
        return np.stack([chosen[0]] * N_NETWORK_PLANES)
    if len(chosen) == 2:
        return np.stack([chosen[0], chosen[1], chosen[1]])
    return np.stack(list(chosen[:N_NETWORK_PLANES]))


def network_planes(planes: AnyArray, channels: Sequence[int] | None = None) -> FloatArray:
    """Return the image (C, Y, X) as the three planes (3, Y, X) float32 in 0..1."""
    chosen = choose_channels(planes) if channels is None else tuple(channels)
    limits = [contrast_limits(planes[c]) for c in chosen]
    return spread_over_planes(
        [scale_to_unit(planes[c], *lim) for c, lim in zip(chosen, limits, strict=True)]
    )
