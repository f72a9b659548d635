"""Do masks fit an image? Sizes are compared and said, never changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotations.labels.importing.entry import Shape, Unfit


@dataclass(frozen=True)
class Fit:
    """The planes of the file in the order (t, z) of the image, and what to say about it."""

    planes: NDArray[np.int64]  # (T, Z) of plane numbers of the file
    notes: Sequence[str] = ()


def check_size(own: tuple[int, int], shape: Shape) -> None:
    """Raise Unfit unless the planes (height, width) have the size of the image."""
    if own == shape[2:]:
        return
    turned = " They may be turned." if own == shape[:1:-1] else ""
    raise Unfit(
        f"The masks are {own[1]:,} × {own[0]:,} pixels, the image {shape[3]:,} × {shape[2]:,}. "
        f"Masks are never scaled; export them at the size of the image.{turned}"
    )


def fit_planes(own: tuple[int, int], are_told: bool, shape: Shape) -> Fit:
    """Lay the frames and slices (T, Z) of a file onto those of an image.

    `are_told`: the file says what its pages are. Otherwise they are counted through, frames
    outside, when their number is that of the image. Raises Unfit when the numbers differ.
    """
    wanted = shape[:2]
    planes = np.arange(own[0] * own[1], dtype=np.int64)
    if own == wanted:
        return Fit(planes.reshape(own))
    if planes.size != wanted[0] * wanted[1] or (are_told and 1 not in own):
        raise Unfit(
            f"The masks have {in_words(own)}, the image {in_words(wanted)}. Export as many planes "
            "of masks as the image has."
        )
    if are_told:
        note = f"The {in_words(own)} of the file are taken as the {in_words(wanted)} of the image."
        return Fit(planes.reshape(wanted), (note,))
    return Fit(planes.reshape(wanted))


def in_words(planes: tuple[int, int]) -> str:
    """ "12 frames", "3 frames of 5 slices", "one plane"."""
    n_frames, n_slices = planes
    frames = "1 frame" if n_frames == 1 else f"{n_frames:,} frames"
    slices = "1 slice" if n_slices == 1 else f"{n_slices:,} slices"
    if planes == (1, 1):
        return "one plane"
    if n_slices == 1:
        return frames
    return slices if n_frames == 1 else f"{frames} of {slices}"
