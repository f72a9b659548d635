"""Segment by background subtraction, threshold, distance transform and watershed."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import ndimage
from skimage.filters import threshold_otsu
from skimage.segmentation import watershed

from segmentation.engine.arrays import AnyArray, BoolArray, FloatArray
from segmentation.engine.errors import SegmentationFailed
from segmentation.engine.grouping import fill_holes
from segmentation.engine.methods.protocol import Request, Result
from segmentation.engine.normalize import contrast_limits, scale_to_unit

DEFAULT_DIAMETER = 30.0
DIFFERENCE_OF_BACKGROUND = 4.0
"""The background is what varies over more than this many diameters."""
MAXIMUM_PIXELS = 60_000_000
NOISE_FACTOR = 4.0


def run(request: Request) -> Result:
    """Segment one plane stack; several channels are averaged.

    Raises `SegmentationFailed` for images above 60 million pixels, which this method would need
    more than 2 GB for.
    """
    if request.planes[0].size > MAXIMUM_PIXELS:
        raise SegmentationFailed(
            "The threshold method takes at most 60 million pixels; use the generalist instead."
        )
    channels = request.shown
    parameters = request.parameters
    facts: dict[str, Any] = {"channels": list(channels), "n_tiles": 1}
    plane = _one_plane(request.planes, channels)
    request.check_cancelled()
    request.on_progress(0.1)
    empty = np.zeros(plane.shape, np.uint32)
    if plane.max() <= plane.min():
        warning = "The image has no contrast: every pixel has the same value."
        return Result(empty, np.zeros(0, np.float32), (warning,), facts)
    diameter = parameters["diameter"]
    contrast, facts["polarity"] = _subtract_background(
        plane, float(diameter or DEFAULT_DIAMETER), parameters["polarity"]
    )
    request.check_cancelled()
    request.on_progress(0.4)
    level = _threshold(contrast, str(parameters["threshold"]), float(diameter or DEFAULT_DIAMETER))
    inside = ndimage.binary_opening(contrast > level, iterations=1) | (contrast > 2 * level)
    if not inside.any():
        return Result(empty, np.zeros(0, np.float32), (), facts)
    labels = _split_touching(inside, diameter)
    request.check_cancelled()
    request.on_progress(0.8)
    labels = _clean(labels, int(parameters["minimum_area_px"]))
    request.on_progress(1.0)
    return Result(labels, _confidences(labels, contrast, level), (), facts)


def _one_plane(planes: AnyArray, channels: tuple[int, ...]) -> FloatArray:
    """Average the normalized channels."""
    plane = np.zeros(planes.shape[1:], np.float32)
    for c in channels:
        plane += scale_to_unit(planes[c], *contrast_limits(planes[c])) / len(channels)
    return plane


def _subtract_background(
    plane: FloatArray, diameter: float, polarity: str
) -> tuple[FloatArray, str]:
    """Return the smoothed distance from the background, positive in cells, and the polarity."""
    smooth = ndimage.gaussian_filter(plane, max(0.7, diameter / 30))
    side = max(8, int(DIFFERENCE_OF_BACKGROUND * diameter))
    background = _coarse_background(smooth, side)
    difference = smooth - background
    if polarity == "auto":
        low, high = np.percentile(difference, [1, 99])
        polarity = "bright" if high >= -low else "dark"
    signed: FloatArray = difference if polarity == "bright" else -difference
    return signed.astype(np.float32), polarity


def _coarse_background(plane: FloatArray, side: int) -> FloatArray:
    """Interpolate the medians of blocks of `side` pixels."""
    height, width = plane.shape
    n_rows, n_columns = max(1, height // side), max(1, width // side)
    if min(n_rows, n_columns) < 3:
        return np.full_like(plane, np.median(plane))
    rows = np.linspace(0, height, n_rows + 1).astype(int)
    columns = np.linspace(0, width, n_columns + 1).astype(int)
    medians = np.array(
        [
            [
                np.median(plane[rows[i] : rows[i + 1], columns[j] : columns[j + 1]])
                for j in range(n_columns)
            ]
            for i in range(n_rows)
        ],
        np.float32,
    )
    medians = ndimage.median_filter(medians, 3, mode="nearest")
    background: FloatArray = _weights(height, n_rows) @ medians @ _weights(width, n_columns).T
    return background


def _weights(length: int, n_blocks: int) -> FloatArray:
    """Return the weights (length, n_blocks) of linear interpolation between block centers."""
    position = np.clip((np.arange(length) + 0.5) * n_blocks / length - 0.5, 0, n_blocks - 1)
    low = np.minimum(position.astype(int), n_blocks - 2)
    weights = np.zeros((length, n_blocks), np.float32)
    weights[np.arange(length), low] = 1 - (position - low)
    weights[np.arange(length), low + 1] = position - low
    return weights


def _threshold(contrast: FloatArray, kind: str, diameter: float) -> Any:
    """Return the level above which a pixel is cell: a number, or one for each pixel.

    Never below four times the noise, so that an empty field stays empty.
    """
    sample = contrast[:: max(1, contrast.shape[0] // 1024), :: max(1, contrast.shape[1] // 1024)]
    center = np.median(sample)
    noise = 1.4826 * float(np.median(np.abs(sample - center)))
    otsu = float(threshold_otsu(sample))  # type: ignore[no-untyped-call]
    level = max(otsu, float(center) + NOISE_FACTOR * noise, 1e-4)
    if kind == "otsu":
        return level
    mean = ndimage.uniform_filter(contrast, int(2 * diameter) | 1)
    return np.maximum(mean, level / 2)


def _split_touching(inside: BoolArray, diameter: float | None) -> AnyArray:
    """Split touching cells at the necks of their distance transform."""
    distance = ndimage.distance_transform_edt(inside)
    smooth = ndimage.gaussian_filter(distance, 1.0)
    if diameter is None:
        ridge = smooth[(smooth == ndimage.maximum_filter(smooth, 5)) & (smooth > 1)]
        diameter = 2 * float(np.median(ridge)) if ridge.size else 10.0
    reach = int(max(3, diameter * 0.6)) | 1
    peaks = (smooth == ndimage.maximum_filter(smooth, reach)) & inside
    markers, _ = ndimage.label(peaks, np.ones((3, 3)))
    split: AnyArray = watershed(-smooth, markers, mask=inside)  # type: ignore[no-untyped-call]
    return split


def _clean(labels: AnyArray, minimum_area_px: int) -> AnyArray:
    """Drop small objects, fill holes and number the rest in raster order."""
    areas = np.bincount(labels.ravel())
    is_kept = areas >= minimum_area_px
    is_kept[0] = False
    kept = np.where(is_kept[labels], labels, 0).astype(np.uint32)
    fill_holes(kept)
    _, first, inverse = np.unique(kept, return_index=True, return_inverse=True)
    has_background = bool((kept == 0).any())
    order = np.argsort(first[has_background:], kind="stable")
    numbers = np.zeros(len(first), np.uint32)
    numbers[has_background:][order] = np.arange(1, len(order) + 1)
    return numbers[inverse.reshape(kept.shape)]


def _confidences(labels: AnyArray, contrast: FloatArray, level: Any) -> FloatArray:
    """Return how far the mean contrast of an object lies above its level, as c / (c + level)."""
    n_objects = int(labels.max(initial=0))
    if n_objects == 0:
        return np.zeros(0, np.float32)
    numbers = np.arange(1, n_objects + 1)
    mean = ndimage.mean(contrast, labels, numbers)
    floor = ndimage.mean(np.broadcast_to(level, contrast.shape), labels, numbers)
    above = np.maximum(mean - floor, 0)
    confidences: FloatArray = (above / (above + np.maximum(floor, 1e-6))).astype(np.float32)
    return confidences
