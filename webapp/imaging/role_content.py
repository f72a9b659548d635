"""What a channel shows of a cell when its name does not tell: read from the pixels.

Only what can be told with confidence is said; the rest stays `other`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from webapp.imaging.roles import Role, roles_of_names

LIGHT_BACKGROUND = 0.45
"""Fluorescence lies on black: its median is below a fifth of the range even in dense tissue."""
COARSE_SIDE = 192
N_COLORS = 3
SMALLEST_RATIO, LARGEST_RATIO = 0.12, 0.8
"""The area of the nuclei over that of the cells: less is a marker of few cells."""
INSIDE_SHARE = 0.6


def guess_roles(names: Sequence[str], read: Callable[[int], NDArray[Any]]) -> tuple[Role, ...]:
    """Return the role of every channel from its name, else from its plane `read(channel)` (Y, X).

    The planes may be coarse. One channel alone is not judged by its pixels: there is no choice
    to be made.
    """
    roles = list(roles_of_names(names))
    if len(roles) > 1 and None in roles:
        coarse = [_coarse(read(c)) for c in range(len(roles))]
        _find_light(roles, coarse)
        _find_pair(roles, coarse)
    return tuple(role or Role.OTHER for role in roles)


def shows_nuclei_of(inner: NDArray[Any], outer: NDArray[Any]) -> bool:
    """Say whether one coarse plane (Y, X) shows the nuclei of the cells of the other.

    The nuclei lie inside of what is bright in the other, and take up a good part of it.
    """
    nuclei, cells = inner > _otsu(inner), outer > _otsu(outer)
    ratio = nuclei.sum() / max(1, cells.sum())
    if not SMALLEST_RATIO < ratio < LARGEST_RATIO:
        return False
    return bool((nuclei & cells).sum() > INSIDE_SHARE * nuclei.sum())


def _find_light(roles: list[Role | None], coarse: Sequence[NDArray[Any]]) -> None:
    """Say which unnamed channels have a light background, in place; three are one picture."""
    light = [
        c
        for c, role in enumerate(roles)
        if role is None and float(np.median(coarse[c])) > LIGHT_BACKGROUND
    ]
    is_picture = len(light) == len(roles) == N_COLORS
    for c in light:
        roles[c] = Role.COLOR if is_picture else Role.TRANSMITTED


def _find_pair(roles: list[Role | None], coarse: Sequence[NDArray[Any]]) -> None:
    """Of two channels that may be a nucleus and its cell, say which is which, in place."""
    unknown = [c for c, role in enumerate(roles) if role is None]
    nuclei = [c for c, role in enumerate(roles) if role == Role.NUCLEUS]
    if Role.CYTOPLASM in roles or len(unknown) + min(1, len(nuclei)) != 2:
        return
    if nuclei:
        if shows_nuclei_of(coarse[nuclei[0]], coarse[unknown[0]]):
            roles[unknown[0]] = Role.CYTOPLASM
        return
    for inner, outer in (unknown, unknown[::-1]):
        if shows_nuclei_of(coarse[inner], coarse[outer]):
            roles[inner], roles[outer] = Role.NUCLEUS, Role.CYTOPLASM
            return


def _coarse(plane: NDArray[Any]) -> NDArray[np.float32]:
    """Return means of blocks, at most 192 px a side, stretched to 0..1; flat planes are 0."""
    step = max(1, -(-max(plane.shape) // COARSE_SIDE))
    height, width = (max(1, n // step) for n in plane.shape)
    cut = np.nan_to_num(plane[: height * step, : width * step].astype(np.float32))
    side_y, side_x = cut.shape[0] // height, cut.shape[1] // width
    blocks = cut.reshape(height, side_y, width, side_x).mean((1, 3))
    low, high = np.percentile(blocks, [1, 99.8])
    if high <= low:
        return np.zeros(blocks.shape, np.float32)
    stretched: NDArray[np.float32] = np.clip((blocks - low) / (high - low), 0, 1).astype(np.float32)
    return stretched


def _otsu(plane: NDArray[Any]) -> float:
    """Return the level that parts a plane of 0..1 best (Otsu, IEEE Trans. SMC 9:62, 1979)."""
    if plane.max() <= plane.min():
        return 1.0
    counts, edges = np.histogram(plane, 128, (0, 1))
    centers = (edges[:-1] + edges[1:]) / 2
    below, total = np.cumsum(counts), counts.sum()
    sums = np.cumsum(counts * centers)
    with np.errstate(divide="ignore", invalid="ignore"):
        between = (sums[-1] * below / total - sums) ** 2 / (below * (total - below))
    return float(centers[int(np.nanargmax(between[:-1]))])
