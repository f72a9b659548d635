"""The one public door of the engine: planes in, a label image with its history out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from segmentation.engine.arrays import AnyArray, FloatArray, IntArray, LabelArray
from segmentation.engine.errors import Cancelled, InvalidParameters, SegmentationFailed
from segmentation.engine.lazy import unmapped
from segmentation.engine.manifest import code_version, library_versions
from segmentation.engine.methods.protocol import Request, Result
from segmentation.engine.preprocessing.flat_field import SharedLight
from segmentation.engine.preprocessing.prepared import prepare
from segmentation.engine.preprocessing.settings import PREPROCESSING, preprocessing_of
from segmentation.engine.registry import complete_parameters, load_method, method_info
from segmentation.engine.roles import describe_channels
from segmentation.engine.spool import forget

MAXIMUM_PIXELS = 2**32 - 2
PIXELS_A_STRIP = 4_000_000
CHANNELS = "channels"


@dataclass(frozen=True)
class LabelImage:
    """The result for one plane.

    `labels` (Y, X) uint32, 0 = background, 1..N in raster order without gaps. `confidences` (N,)
    float32 in 0..1. `diameter_px`: the median diameter of the discs of equal area, 0 without
    cells. `manifest`: everything needed to make the same result again.
    """

    labels: LabelArray
    confidences: FloatArray
    diameter_px: float
    warnings: tuple[str, ...]
    manifest: dict[str, Any]


def segment(
    planes: AnyArray,
    *,
    method: str,
    parameters: Mapping[str, Any],
    device: str = "cpu",
    pixel_size_um: tuple[float, float] | None = None,
    channel_names: Sequence[str] | None = None,
    channel_roles: Sequence[str] | None = None,
    light: SharedLight | None = None,
    on_progress: Callable[[float], None] | None = None,
    is_cancelled: Callable[[], bool] | None = None,
) -> LabelImage:
    """Segment one plane stack (C, Y, X) of uint8, uint16 or float32.

    `parameters` as the registry lists them; `channels` (a list of channel numbers from 0) is
    understood by every method, without it the method chooses by the roles of the channels, which
    are guessed from names and content when not given. So is `preprocessing` (see there): what is
    done to the pixels before the method looks, with the roles told from the originals; `light` is
    what its step "shared" needs. Between tiles `on_progress` is told 0..1 and `is_cancelled` is
    asked. Raises `Cancelled`, `UnknownMethod`, `InvalidParameters`, `SegmentationFailed`.
    """
    _check_planes(planes)
    planes = unmapped(planes)
    info = method_info(method)
    given = dict(parameters)
    channels = _checked_channels(given.pop(CHANNELS, None), len(planes))
    wanted = preprocessing_of(given.pop(PREPROCESSING, None))
    complete = complete_parameters(info, given)
    if not info.is_available:
        raise SegmentationFailed(f"{info.title} is not available: {info.unavailable_reason}")

    def check_cancelled() -> None:
        if is_cancelled is not None and is_cancelled():
            raise Cancelled

    described = describe_channels(planes, channel_names, channel_roles)
    tell = on_progress or (lambda _: None)
    if wanted is not None:
        planes = prepare(planes, wanted, light.fields if light else None)
    request = Request(planes, channels, complete, device, tell, check_cancelled, described)
    try:
        result = load_method(method)(request)
    except MemoryError as error:
        raise SegmentationFailed("The image does not fit into the memory of the worker.") from error
    return _label_image(
        result,
        {
            "method": info.name,
            "parameters": complete
            | {CHANNELS: list(channels) if channels else None}
            | ({PREPROCESSING: wanted.to_parameters()} if wanted else {}),
            **({"light": light.to_json()} if light and wanted and wanted.needs_light else {}),
            "device": device,
            "channel_names": list(channel_names) if channel_names is not None else None,
            "channel_roles": [str(channel.role) for channel in described],
            "pixel_size_um": list(pixel_size_um) if pixel_size_um else None,
            "seed": None,
            "code_version": code_version(),
            "libraries": dict(library_versions()),
        },
    )


def _label_image(result: Result, manifest: dict[str, Any]) -> LabelImage:
    """Attach the median size and the manifest to a method's result."""
    areas = object_areas(result.labels, len(result.confidences))
    diameter = float(2 * np.sqrt(np.median(areas) / np.pi)) if areas.size else 0.0
    warnings = result.warnings
    if not areas.size and not warnings:
        warnings = ("No cells were found.",)
    return LabelImage(
        labels=result.labels,
        confidences=result.confidences,
        diameter_px=diameter,
        warnings=warnings,
        manifest=manifest | {"result": dict(result.facts), "n_cells": int(areas.size)},
    )


def object_areas(labels: LabelArray, n_objects: int) -> IntArray:
    """Return the areas in pixels of objects 1..N, counted strip by strip to save memory."""
    areas = np.zeros(n_objects + 1, np.int64)
    n_rows = max(1, PIXELS_A_STRIP // labels.shape[1])
    for y in range(0, labels.shape[0], n_rows):
        areas += np.bincount(labels[y : y + n_rows].ravel(), minlength=len(areas))
        forget(labels)
    return areas[1:]


def _check_planes(planes: AnyArray) -> None:
    """Refuse arrays that are no image."""
    if planes.ndim != 3 or planes.size == 0:
        raise SegmentationFailed(f"An image has the axes C, Y, X; this one is {planes.shape}.")
    if planes.dtype.kind not in "buif":
        raise SegmentationFailed(f"Pixels of type {planes.dtype} cannot be segmented.")
    if planes.shape[1] * planes.shape[2] > MAXIMUM_PIXELS:
        raise SegmentationFailed("A plane may have at most 4.2 billion pixels.")


def _checked_channels(given: Sequence[int] | None, n_channels: int) -> tuple[int, ...] | None:
    """Return the chosen channels, or None when the method shall choose."""
    if given is None:
        return None
    chosen = tuple(given)
    if not 1 <= len(chosen) <= 3:
        raise InvalidParameters("Choose one to three channels.")
    for channel in chosen:
        if isinstance(channel, bool) or not isinstance(channel, int):
            raise InvalidParameters("Channels are given by number, from 0.")
        if not 0 <= channel < n_channels:
            raise InvalidParameters(
                f"There is no channel {channel}; the image has {n_channels}, counted from 0."
            )
    return chosen


__all__ = ["Cancelled", "LabelImage", "SegmentationFailed", "segment"]
