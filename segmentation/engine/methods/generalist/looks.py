"""Look at an image at several sizes to learn how large its cells are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from segmentation.engine.arrays import FloatArray
from segmentation.engine.methods.generalist.inference import Answered, Runner
from segmentation.engine.methods.generalist.normalized import OVERVIEW_SIDE, NormalizedImage
from segmentation.engine.methods.generalist.sizing import (
    LARGE_DIAMETER,
    LARGE_LOOK_FACTOR,
    LOOK_FACTORS,
    NEAR_LOOK_FACTOR,
    NEAR_LOOK_SIDE,
    SMALL_DIAMETER,
    SizeEstimate,
    combine,
    estimate_size,
)


def measure_size(
    image: NormalizedImage, runner: Runner
) -> tuple[SizeEstimate | None, Answered | None]:
    """Return the size of the cells, and the answer when the whole image was answered for it.

    Small images are looked at as a whole, large ones through the windows with the most contrast;
    an image whose windows hold nothing is looked at from further away.
    """
    is_small = max(image.height, image.width) <= OVERVIEW_SIDE
    windows = [image.whole()] if is_small else image.probes()
    found = []
    answered: Answered | None = None
    for window in windows:
        planes = image.window(window)
        answered = runner.answer(planes)
        found.append(look_closer(planes, runner, answered[0]))
    estimates = [estimate for estimate in found if estimate is not None]
    if estimates:
        diameter = float(np.median([e.diameter_px for e in estimates]))
        return replace(estimates[0], diameter_px=diameter), answered if is_small else None
    if is_small:
        return None, answered
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
