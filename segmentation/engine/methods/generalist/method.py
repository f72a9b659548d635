"""Segment with the built-in network: measure the size, answer tile by tile, group once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import torch

from segmentation.engine.arrays import AnyArray, FloatArray
from segmentation.engine.device import choose_device, has_fast_bfloat16, use_available_cores
from segmentation.engine.following import FLOW_UNIT
from segmentation.engine.grouping import Fields, GroupingSettings, group
from segmentation.engine.methods.generalist.inference import Runner, load_network
from segmentation.engine.methods.generalist.sizing import (
    LARGE_DIAMETER,
    LARGE_LOOK_FACTOR,
    LARGEST_FACTOR,
    LOOK_FACTORS,
    NEAR_LOOK_FACTOR,
    NEAR_LOOK_SIDE,
    NETWORK_DIAMETER,
    SMALL_DIAMETER,
    SMALLEST_FACTOR,
    SizeEstimate,
    combine,
    estimate_size,
    scale_factor,
    spread_windows,
)
from segmentation.engine.methods.protocol import Request, Result
from segmentation.engine.normalize import (
    choose_channels,
    contrast_limits,
    scale_to_unit,
    spread_over_planes,
)
from segmentation.engine.tiling import Grid, Window, answer_tiled, n_tiles
from segmentation.engine.weights import DEFAULT_WEIGHTS, find_card

OVERVIEW_SIDE = 1024
PROBE_SIDE = 512
N_PROBES = 4
BAND_BYTES = 160_000_000
SHARE_FOR_FIELDS = 0.9


class NormalizedImage:
    """The chosen channels with their contrast limits; windows are normalized when asked for."""

    def __init__(self, planes: AnyArray, channels: tuple[int, ...]) -> None:
        self.planes = planes
        self.channels = channels
        self.limits = [contrast_limits(planes[c]) for c in channels]
        self.height, self.width = planes.shape[1:]

    @property
    def has_contrast(self) -> bool:
        """Say whether any chosen channel holds more than one value."""
        return any(high > low for low, high in self.limits)

    def window(self, window: Window) -> FloatArray:
        """Return the three planes (3, h, w) of a window."""
        rows, columns = slice(window.y0, window.y1), slice(window.x0, window.x1)
        return spread_over_planes(
            [
                scale_to_unit(self.planes[c, rows, columns], *limits)
                for c, limits in zip(self.channels, self.limits, strict=True)
            ]
        )

    def whole(self) -> Window:
        """Return the window of the whole image."""
        return Window(0, 0, self.height, self.width)

    def probes(self) -> list[Window]:
        """Return the windows with the most contrast, a few hundred pixels a side."""
        corners = spread_windows(
            self.height, self.width, PROBE_SIDE, N_PROBES, self.planes[self.channels[0]]
        )
        return [
            Window(y, x, min(self.height, y + PROBE_SIDE), min(self.width, x + PROBE_SIDE))
            for y, x in corners
        ]

    def overview(self) -> tuple[FloatArray, float]:
        """Return planes of at most 1024 px a side by leaving out lines, and their scale."""
        step = -(-max(self.height, self.width) // OVERVIEW_SIDE)
        coarse = NormalizedImage(self.planes[:, ::step, ::step], self.channels)
        coarse.limits = self.limits
        return coarse.window(coarse.whole()), 1 / step


def measure_size(
    image: NormalizedImage, runner: Runner
) -> tuple[SizeEstimate | None, FloatArray | None]:
    """Return the size of the cells, and the fields when the whole image was answered for it.

    Small images are looked at as a whole, large ones through the windows with the most contrast;
    an image whose windows hold nothing is looked at from further away.
    """
    is_small = max(image.height, image.width) <= OVERVIEW_SIDE
    windows = [image.whole()] if is_small else image.probes()
    found = []
    fields: FloatArray | None = None
    for window in windows:
        planes = image.window(window)
        fields = runner.fields(planes)
        found.append(look_closer(planes, runner, fields))
    estimates = [estimate for estimate in found if estimate is not None]
    if estimates:
        diameter = float(np.median([e.diameter_px for e in estimates]))
        return replace(estimates[0], diameter_px=diameter), fields if is_small else None
    if is_small:
        return None, fields
    planes, scale = image.overview()
    estimate = look_closer(planes, runner, runner.fields(planes))
    if estimate is None:
        return None, None
    return replace(estimate, diameter_px=estimate.diameter_px / scale), None


def look_closer(planes: FloatArray, runner: Runner, fields: FloatArray) -> SizeEstimate | None:
    """Return the size seen at full size (`fields`) and from further away, None without cells."""
    found = [estimate_size(fields)]
    for factor in LOOK_FACTORS[1:]:
        found.append(estimate_size(replace(runner, factor=factor).fields(planes)))
    looks = [look for look in found if look is not None]
    if not looks or combine(looks).diameter_px > LARGE_DIAMETER:
        far = estimate_size(replace(runner, factor=LARGE_LOOK_FACTOR).fields(planes))
        looks += [far] if far is not None else []
    if not looks:
        return None
    if combine(looks).diameter_px < SMALL_DIAMETER:
        height, width = planes.shape[1:]
        y, x = max(0, height - NEAR_LOOK_SIDE) // 2, max(0, width - NEAR_LOOK_SIDE) // 2
        part = planes[:, y : y + NEAR_LOOK_SIDE, x : x + NEAR_LOOK_SIDE]
        near = estimate_size(replace(runner, factor=NEAR_LOOK_FACTOR).fields(part))
        looks += [near] if near is not None else []
    return combine(looks)


def answer_image(image: NormalizedImage, runner: Runner, on_tile: Callable[[], None]) -> Fields:
    """Answer the whole image by tiles at the runner's factor, in four bytes a pixel."""
    grid = grid_for(image.width, runner.factor)
    if n_tiles(image.height, image.width, grid) > 1:
        pooled = [runner.pooled(image.window(probe)) for probe in image.probes()]
        runner = replace(runner, context=torch.stack(pooled).mean(0))
    shape = (image.height, image.width)
    fields = Fields(
        np.empty((2, *shape), np.int8), np.empty(shape, np.uint8), np.empty(shape, np.uint8)
    )
    answer_tiled(
        image.height,
        image.width,
        grid,
        lambda window: runner.fields(image.window(window)),
        lambda y, rows: quantize(rows, fields, y),
        on_tile=on_tile,
    )
    return fields


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
    result = run_network(request, runner)
    weights = {"weights": card.name, "weights_sha256": card.sha256}
    return replace(result, facts={**weights, **result.facts})


def run_network(request: Request, runner: Runner) -> Result:
    """Segment one plane stack with the network of the runner."""
    channels = request.channels or choose_channels(request.planes)
    image = NormalizedImage(request.planes, channels)
    precision = "bfloat16" if runner.is_bfloat16 else "float32"
    facts: dict[str, Any] = {"channels": list(channels), "precision": precision}
    if not image.has_contrast:
        labels = np.zeros((image.height, image.width), np.uint32)
        warning = "The image has no contrast: every pixel has the same value."
        return Result(labels, np.zeros(0, np.float32), (warning,), facts)
    request.check_cancelled()
    fields, diameter = _fields_at_best_size(image, runner, request)
    request.check_cancelled()
    settings = GroupingSettings(
        float(request.parameters["foreground_threshold"]),
        float(request.parameters["minimum_agreement"]),
        int(request.parameters["minimum_area_px"]),
        minimum_confidence=float(request.parameters["minimum_confidence"]),
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
    return Result(grouping.labels, grouping.confidences, _warnings(image, diameter), facts)


def _fields_at_best_size(
    image: NormalizedImage, runner: Runner, request: Request
) -> tuple[Fields, float | None]:
    """Measure the size unless the user gave it, then answer at that size."""
    chosen = request.parameters["diameter"]
    first: FloatArray | None = None
    diameter: float | None = float(chosen) if chosen is not None else None
    if diameter is None:
        estimate, first = measure_size(image, runner)
        diameter = estimate.diameter_px if estimate else None
        request.check_cancelled()
    factor = scale_factor(diameter) if diameter else 1.0
    if factor == 1.0 and first is not None:
        shape = first.shape[1:]
        fields = Fields(
            np.empty((2, *shape), np.int8), np.empty(shape, np.uint8), np.empty(shape, np.uint8)
        )
        quantize(first, fields, 0)
        return fields, diameter
    total = n_tiles(image.height, image.width, grid_for(image.width, factor))
    n_done = 0

    def on_tile() -> None:
        nonlocal n_done
        n_done += 1
        request.on_progress(SHARE_FOR_FIELDS * n_done / total)
        request.check_cancelled()

    return answer_image(image, replace(runner, factor=factor), on_tile), diameter


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
