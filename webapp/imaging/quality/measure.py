"""All numbers of an image, from its pyramid: what is read is bounded, however large it is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from webapp.imaging.channels import ALPHA
from webapp.imaging.image import IngestedImage
from webapp.imaging.quality.blocks import blockiness
from webapp.imaging.quality.debris import thinness
from webapp.imaging.quality.emptiness import emptiness
from webapp.imaging.quality.fingerprint import fingerprint
from webapp.imaging.quality.flags import Flag
from webapp.imaging.quality.focus import edge_softness
from webapp.imaging.quality.illumination import unevenness
from webapp.imaging.quality.sample import COARSE_SIDE, Sample
from webapp.imaging.quality.saturation import saturated_share
from webapp.imaging.quality.seams import seam_step
from webapp.imaging.quality.signal import noise_share
from webapp.imaging.roles import Role
from webapp.imaging.tiles import TILE_SIZE, level_header, read_block, read_level_plane

Measure = Callable[[Sample], float | None]
Numbers = dict[Flag, float]

MEASURES: dict[Flag, Measure] = {
    Flag.BLURRED: edge_softness,
    Flag.SATURATED: saturated_share,
    Flag.LOW_SIGNAL: noise_share,
    Flag.UNEVEN: unevenness,
    Flag.EMPTY: emptiness,
    Flag.SEAM: seam_step,
    Flag.DEBRIS: thinness,
    Flag.COMPRESSED: blockiness,
}
IN_ALL_CHANNELS = (Flag.BLURRED, Flag.EMPTY, Flag.LOW_SIGNAL)
"""Said of an image only when even its best channel is so: one sharp or lively channel shows that
the field is there and in focus. Of the others the worst channel counts."""
N_WINDOWS = 2
N_DIGITS = 4


def numbers_of(sample: Sample) -> Numbers:
    """Return the numbers of one plane; what cannot be judged is left out."""
    found = {flag: measure(sample) for flag, measure in MEASURES.items()}
    return {flag: value for flag, value in found.items() if value is not None}


def quality_of(pyramid: Path, image: IngestedImage) -> dict[str, Any]:
    """Return `{"numbers": {flag: {"value", "channel"}}, "fingerprint": hex}` of an image.

    Looked at is the middle slice of the first frame of each channel, as in the thumbnail; of a
    color picture the green channel, which has most detail in color cameras.
    """
    by_channel: dict[int, Numbers] = {}
    mark = ""
    for channel in _judged_channels(image):
        sample = _read_sample(pyramid, image, channel)
        by_channel[channel] = numbers_of(sample)
        mark = mark or fingerprint(sample.coarse)
    return {"numbers": _of_the_image(by_channel), "fingerprint": mark}


def _judged_channels(image: IngestedImage) -> list[int]:
    """Return the channels that are looked at."""
    colors = [c for c, channel in enumerate(image.channels) if channel.role == Role.COLOR]
    if len(colors) == 3:
        return [colors[1]]
    return [c for c, channel in enumerate(image.channels) if channel.name != ALPHA]


def _of_the_image(by_channel: dict[int, Numbers]) -> dict[str, dict[str, float]]:
    """Return for each flag the number that counts and the channel that it is of."""
    found = {}
    for flag in MEASURES:
        rows = [(numbers[flag], c) for c, numbers in by_channel.items() if flag in numbers]
        if rows:
            value, channel = min(rows) if flag in IN_ALL_CHANNELS else max(rows)
            found[flag.value] = {"value": float(f"{value:.{N_DIGITS}g}"), "channel": channel}
    return found


def _read_sample(pyramid: Path, image: IngestedImage, channel: int) -> Sample:
    """Read the coarsest level and, at full size, the one or two blocks with most to see."""
    place = (0, channel, image.shape[2] // 2)
    coarse = read_level_plane(pyramid, image.levels[-1].level, *place).astype(np.float32)
    whole_numbers = np.dtype(image.dtype).kind in "ui"
    if max(image.shape[3:]) <= COARSE_SIDE:
        return Sample((coarse,), coarse, whole_numbers)
    _, dtype = level_header(pyramid, 0)
    windows = []
    for row, col in _blocks_to_see(coarse, image.shape[3:]):
        block = read_block(pyramid, (0, *place, row, col), dtype)
        height = min(TILE_SIZE, image.shape[3] - row * TILE_SIZE)
        width = min(TILE_SIZE, image.shape[4] - col * TILE_SIZE)
        windows.append(block[:height, :width].astype(np.float32))
    return Sample(tuple(windows), coarse, whole_numbers)


def _blocks_to_see(coarse: NDArray[np.float32], size: tuple[int, int]) -> list[tuple[int, int]]:
    """Return (row, col) of the blocks of the plane whose part of the coarse picture varies most.

    Blocks at the lower and right border are left out where they are cut and there are others.
    """
    rows, columns = (max(1, n // TILE_SIZE) for n in size)
    scale = TILE_SIZE * coarse.shape[0] / size[0], TILE_SIZE * coarse.shape[1] / size[1]
    spread = {}
    for row in range(rows):
        band = coarse[int(row * scale[0]) : int((row + 1) * scale[0]) + 1]
        for col in range(columns):
            part = band[:, int(col * scale[1]) : int((col + 1) * scale[1]) + 1]
            spread[row, col] = float(part.std()) if part.size else 0.0
    return sorted(spread, key=lambda block: (-spread[block], block))[:N_WINDOWS]
