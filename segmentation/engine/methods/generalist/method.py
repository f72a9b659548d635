"""Segment with the built-in network: measure the size, answer tile by tile, group once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from segmentation.engine.arrays import FloatArray
from segmentation.engine.confidence import Calibration, calibration_of
from segmentation.engine.device import choose_device, has_fast_bfloat16, use_available_cores
from segmentation.engine.following import FLOW_UNIT
from segmentation.engine.grouping import Fields, GroupingSettings, group
from segmentation.engine.likeness import Likeness, likeness_of
from segmentation.engine.methods.generalist.inference import Answered, Runner, load_network
from segmentation.engine.methods.generalist.looks import measure_size
from segmentation.engine.methods.generalist.normalized import NormalizedImage
from segmentation.engine.methods.generalist.sizing import (
    LARGEST_FACTOR,
    NETWORK_DIAMETER,
    SMALLEST_FACTOR,
    scale_factor,
)
from segmentation.engine.methods.protocol import Request, Result
from segmentation.engine.tiling import Grid, Window, answer_tiled, n_tiles
from segmentation.engine.weights import DEFAULT_WEIGHTS, find_card, load_tensors

BAND_BYTES = 160_000_000
SHARE_FOR_FIELDS = 0.9
UNLIKE = "Unlike the training images: expect to correct much."


@dataclass(frozen=True)
class Experience:
    """What is known of a network from images it never learned from, and from those it did."""

    calibration: Calibration | None = None
    likeness: Likeness | None = None


NO_EXPERIENCE = Experience()


def answer_image(
    image: NormalizedImage, runner: Runner, on_tile: Callable[[], None]
) -> tuple[Fields, Tensor]:
    """Answer the whole image by tiles at the runner's factor.

    Returns the fields, in four bytes a pixel, and the pooled bottleneck (1, C).
    """
    grid = grid_for(image.width, runner.factor)
    pooled = torch.zeros(0)
    if n_tiles(image.height, image.width, grid) > 1:
        probes = [runner.pooled(image.window(probe)) for probe in image.probes()]
        runner = replace(runner, context=torch.stack(probes).mean(0))

    def answer(window: Window) -> FloatArray:
        nonlocal pooled
        tile, pooled = runner.answer(image.window(window))
        return tile

    shape = (image.height, image.width)
    fields = Fields(
        np.empty((2, *shape), np.int8), np.empty(shape, np.uint8), np.empty(shape, np.uint8)
    )
    answer_tiled(
        image.height,
        image.width,
        grid,
        answer,
        lambda y, rows: quantize(rows, fields, y),
        on_tile=on_tile,
    )
    return fields, pooled


def grid_for(width: int, factor: float) -> Grid:
    """Choose tiles of about 1024 px that keep a band of them below 160 MB."""
    halo = max(32, int(np.ceil(64 / factor / 32)) * 32)
    core = 1024 if factor <= 1 else max(256, int(1024 / factor) // 32 * 32)
    while core > 256 and 5 * 4 * (core + 2 * halo) * width > BAND_BYTES:
        core //= 2
    return Grid(max(core, 4 * halo), halo)


def quantize(rows: FloatArray, fields: Fields, y: int) -> None:
    """Write rows (5, n, X) of answers into the compact fields from row y on."""
    stop = y + rows.shape[1]
    fields.flows[:, y:stop] = np.clip(np.round(rows[1:3] * FLOW_UNIT), -127, 127)
    fields.foreground[y:stop] = np.round(rows[0] * 255)
    fields.boundary[y:stop] = np.round(rows[3] * 255)


def run(request: Request) -> Result:
    """Segment one plane stack with the shipped weights.

    Raises `WeightsRefused`, `InvalidParameters`, `Cancelled`.
    """
    device = choose_device(request.device)
    use_available_cores()
    card = find_card(DEFAULT_WEIGHTS)
    is_bfloat16 = device.type == "cpu" and has_fast_bfloat16()
    runner = Runner(load_network(card, device), device, is_bfloat16=is_bfloat16)
    experience = Experience(calibration_of(card.facts), likeness_of(card.facts, load_tensors(card)))
    result = run_network(request, runner, experience)
    weights = {"weights": card.name, "weights_sha256": card.sha256}
    return replace(result, facts={**weights, **result.facts})


def run_network(request: Request, runner: Runner, experience: Experience = NO_EXPERIENCE) -> Result:
    """Segment one plane stack with the network of the runner."""
    channels = request.shown
    image = NormalizedImage(request.planes, channels)
    precision = "bfloat16" if runner.is_bfloat16 else "float32"
    facts: dict[str, Any] = {"channels": list(channels), "precision": precision}
    if not image.has_contrast:
        labels = np.zeros((image.height, image.width), np.uint32)
        warning = "The image has no contrast: every pixel has the same value."
        return Result(labels, np.zeros(0, np.float32), (warning,), facts)
    request.check_cancelled()
    fields, diameter, pooled = fields_at_best_size(image, runner, request)
    request.check_cancelled()
    settings = GroupingSettings(
        float(request.parameters["foreground_threshold"]),
        float(request.parameters["minimum_agreement"]),
        int(request.parameters["minimum_area_px"]),
        minimum_confidence=float(request.parameters["minimum_confidence"]),
        calibration=experience.calibration,
    )
    grouping = group(fields, settings, n_threads=use_available_cores())
    request.on_progress(1.0)
    factor = scale_factor(diameter) if diameter else 1.0
    grid = grid_for(image.width, factor)
    facts |= {
        "diameter_estimate_px": diameter,
        "scale_factor": factor,
        "n_tiles": n_tiles(image.height, image.width, grid),
        "tile_core_px": grid.core,
        "tile_halo_px": grid.halo,
    }
    warnings = _warnings(image, diameter)
    if experience.likeness is not None:
        kind, distance = experience.likeness.nearest(pooled[0].numpy().astype(np.float64))
        facts |= {"nearest_kind": kind, "distance_to_training": round(distance, 3)}
        if distance > 1:
            warnings += (UNLIKE,)
    return Result(grouping.labels, grouping.confidences, warnings, facts)


def fields_at_best_size(
    image: NormalizedImage, runner: Runner, request: Request
) -> tuple[Fields, float | None, Tensor]:
    """Measure the size unless the user gave it, then answer at that size.

    Returns the fields, the diameter and the pooled bottleneck (1, C).
    """
    chosen = request.parameters["diameter"]
    first: Answered | None = None
    diameter: float | None = float(chosen) if chosen is not None else None
    if diameter is None:
        estimate, first = measure_size(image, runner)
        diameter = estimate.diameter_px if estimate else None
        request.check_cancelled()
    factor = scale_factor(diameter) if diameter else 1.0
    if factor == 1.0 and first is not None:
        shape = first[0].shape[1:]
        fields = Fields(
            np.empty((2, *shape), np.int8), np.empty(shape, np.uint8), np.empty(shape, np.uint8)
        )
        quantize(first[0], fields, 0)
        return fields, diameter, first[1].cpu()
    total = n_tiles(image.height, image.width, grid_for(image.width, factor))
    n_done = 0

    def on_tile() -> None:
        nonlocal n_done
        n_done += 1
        request.on_progress(SHARE_FOR_FIELDS * n_done / total)
        request.check_cancelled()

    answered, pooled = answer_image(image, replace(runner, factor=factor), on_tile)
    return answered, diameter, pooled.cpu()


def _warnings(image: NormalizedImage, diameter: float | None) -> tuple[str, ...]:
    """Say what may make the result doubtful."""
    warnings = []
    if diameter is not None:
        factor = NETWORK_DIAMETER / diameter
        if not SMALLEST_FACTOR <= factor <= LARGEST_FACTOR:
            warnings.append(
                f"The cells measure about {diameter:.0f} px, outside the "
                f"{NETWORK_DIAMETER / LARGEST_FACTOR:.0f} to "
                f"{NETWORK_DIAMETER / SMALLEST_FACTOR:.0f} px that the network was trained for."
            )
    for c in image.channels:
        plane = image.planes[c]
        step = max(1, int(np.sqrt(plane.size / 1_000_000)))
        sample = plane[::step, ::step]
        if plane.dtype.kind == "u" and sample.size > 1000:
            saturated = float(np.mean(sample == np.iinfo(plane.dtype).max))
            if saturated > 0.05:
                warnings.append(f"{saturated:.0%} of the pixels of channel {c + 1} are saturated.")
    return tuple(warnings)
