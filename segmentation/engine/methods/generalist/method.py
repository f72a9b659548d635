"""Segment with the built-in network: measure the size, answer tile by tile, group once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from torch import Tensor

from segmentation.engine.blocks import BlockGrouper
from segmentation.engine.confidence import Calibration, calibration_of
from segmentation.engine.device import choose_device, has_fast_bfloat16, use_available_cores
from segmentation.engine.grouping import Fields, Grouping, GroupingSettings, stacked
from segmentation.engine.likeness import Likeness, likeness_of
from segmentation.engine.methods.generalist.answering import (
    answer_image,
    blocks_for,
    grid_for,
    scaled_size,
)
from segmentation.engine.methods.generalist.batches import Batches
from segmentation.engine.methods.generalist.compact import compact, opened
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
from segmentation.engine.quality import focus_warning, size_warning
from segmentation.engine.seams import SeamModel, seam_model_of
from segmentation.engine.standing_out import EMPTY, stands_out
from segmentation.engine.tiling import n_tiles
from segmentation.engine.weights import find_card, load_tensors

SHARE_FOR_FIELDS = 0.9
UNLIKE = "Unlike the training images: expect to correct much."


@dataclass(frozen=True)
class Experience:
    """What is known of a network from images it never learned from, and from those it did."""

    calibration: Calibration | None = None
    likeness: Likeness | None = None
    seams: SeamModel | None = None


NO_EXPERIENCE = Experience()


def run(request: Request) -> Result:
    """Segment one plane stack with the shipped weights.

    Raises `WeightsRefused`, `InvalidParameters`, `Cancelled`.
    """
    device = choose_device(request.device)
    use_available_cores()
    card = find_card(str(request.parameters["network"]))
    is_bfloat16 = device.type == "cuda" or (device.type == "cpu" and has_fast_bfloat16())
    runner = Runner(load_network(card, device), device, is_bfloat16=is_bfloat16)
    experience = Experience(
        calibration_of(card.facts),
        likeness_of(card.facts, load_tensors(card)),
        seam_model_of(card.facts),
    )
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
    diameter, first = find_diameter(image, runner, request)
    grouper = BlockGrouper(
        (image.height, image.width),
        grouping_settings(request, experience),
        blocks_for((image.height, image.width), diameter),
        n_threads=use_available_cores(),
    )
    batches = Batches(runner.device)
    sized = replace(runner, factor=factor_for(diameter))
    pooled = write_fields(image, sized, request, batches=batches, first=first, write=grouper.write)
    request.check_cancelled()
    grouping = grouper.finish()
    request.on_progress(1.0)
    size = scaled_size(image, sized.factor)
    grid = grid_for(size[1])
    facts |= batches.facts() | {
        "diameter_estimate_px": diameter,
        "scale_factor": sized.factor,
        "n_tiles": n_tiles(*size, grid),
        "tile_core_px": grid.core,
        "tile_halo_px": grid.halo,
    }
    if experience.likeness is not None:
        kind, distance = experience.likeness.nearest(pooled[0].numpy().astype(np.float64))
        facts |= {"nearest_kind": kind, "distance_to_training": round(distance, 3)}
    return conclude(image, grouping, diameter, facts)


def conclude(
    image: NormalizedImage, grouping: Grouping, diameter: float | None, facts: dict[str, Any]
) -> Result:
    """Say what may make the result doubtful; without cells when none of them stands out."""
    warnings: tuple[str, ...] = ()
    labels, confidences = grouping.labels, grouping.confidences
    if len(confidences):
        found_px = 2 * float(np.sqrt(np.median(grouping.evidence[:, 0]) / np.pi))
        if not stands_out(image.planes, image.channels, labels, found_px):
            labels[:] = 0
            facts["n_dropped_as_noise"] = len(confidences)
            return Result(labels, np.zeros(0, np.float32), (EMPTY,), facts)
    if len(confidences) and diameter is not None:
        smallest, largest = NETWORK_DIAMETER / LARGEST_FACTOR, NETWORK_DIAMETER / SMALLEST_FACTOR
        warnings += size_warning(diameter, smallest, largest)
        warnings += focus_warning(image.planes, image.channels, diameter)
    if facts.get("distance_to_training", 0) > 1:
        warnings += (UNLIKE,)
    return Result(labels, confidences, warnings, facts)


def grouping_settings(request: Request, experience: Experience) -> GroupingSettings:
    """Return what the request asks of the grouping."""
    return GroupingSettings(
        float(request.parameters["foreground_threshold"]),
        float(request.parameters["minimum_agreement"]),
        int(request.parameters["minimum_area_px"]),
        minimum_confidence=float(request.parameters["minimum_confidence"]),
        calibration=experience.calibration,
        seams=experience.seams,
    )


def factor_for(diameter: float | None) -> float:
    """Return how much the image is scaled for the network; 1 when no cell was seen."""
    return scale_factor(diameter) if diameter else 1.0


def find_diameter(
    image: NormalizedImage, runner: Runner, request: Request
) -> tuple[float | None, Answered | None]:
    """Return the diameter that the user gave, else what the network measures, None without cells.

    Beside it the answer for the whole image at full size, where it was made for that.
    """
    chosen = request.parameters["diameter"]
    if chosen is not None:
        return float(chosen), None
    estimate, first = measure_size(image, runner)
    request.check_cancelled()
    return (estimate.diameter_px if estimate else None), first


def write_fields(
    image: NormalizedImage,
    runner: Runner,
    request: Request,
    *,
    batches: Batches,
    first: Answered | None,
    write: Callable[[Fields], None],
) -> Tensor:
    """Write the fields of the image at the runner's factor, from the first answer if it fits.

    Returns the pooled bottleneck (1, C).
    """
    if runner.factor == 1.0 and first is not None:
        write(opened(compact(first[0])))
        return first[1].cpu()
    size = scaled_size(image, runner.factor)
    total = n_tiles(*size, grid_for(size[1]))
    n_done = 0

    def on_tile() -> None:
        nonlocal n_done
        n_done += 1
        request.on_progress(SHARE_FOR_FIELDS * n_done / total)
        request.check_cancelled()

    return answer_image(image, runner, batches, write, on_tile).cpu()


def fields_at_best_size(
    image: NormalizedImage, runner: Runner, request: Request
) -> tuple[Fields, float | None, Tensor]:
    """Return the fields of a whole image, the diameter and the pooled bottleneck (1, C)."""
    diameter, first = find_diameter(image, runner, request)
    written: list[Fields] = []
    sized = replace(runner, factor=factor_for(diameter))
    batches = Batches(runner.device)
    pooled = write_fields(image, sized, request, batches=batches, first=first, write=written.append)
    return stacked(written), diameter, pooled
