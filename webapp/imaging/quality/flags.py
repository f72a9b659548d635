"""What can be wrong with an image, in words, and the number from which it is said.

Every number is larger when the image is worse; a flag is up when its number is above its limit.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Flag(StrEnum):
    """One thing that may make the numbers of an image doubtful."""

    BLURRED = "blurred"
    SATURATED = "saturated"
    LOW_SIGNAL = "low_signal"
    UNEVEN = "uneven"
    EMPTY = "empty"
    DUPLICATE = "duplicate"
    SEAM = "seam"
    DEBRIS = "debris"
    COMPRESSED = "compressed"


@dataclass(frozen=True)
class Meaning:
    """How a flag is explained: chip, what the number says (`{}` is the number), what to do."""

    title: str
    number: str
    advice: str
    limit: float
    lowest: float
    highest: float
    is_share: bool = False
    unit: str = ""


MEANINGS: dict[Flag, Meaning] = {
    Flag.BLURRED: Meaning(
        "Out of focus",
        "The sharpest outlines are blurred by {}.",
        "Look at the outlines closely, and focus again if you can. Images sampled much finer "
        "than the objective resolves look the same: raise the limit for those.",
        2.6,
        0.0,
        64.0,
        unit="px",
    ),
    Flag.SATURATED: Meaning(
        "Saturated",
        "{} of the pixels are as bright as can be stored.",
        "Areas and counts may be right; do not trust intensities, and expose shorter next time.",
        0.04,
        0.0,
        1.0,
        is_share=True,
    ),
    Flag.LOW_SIGNAL: Meaning(
        "Low signal",
        "Noise is {} of the range from dark to bright.",
        "Dim cells may be missed: check for them, and expose longer next time.",
        0.2,
        0.0,
        10.0,
        is_share=True,
    ),
    Flag.UNEVEN: Meaning(
        "Uneven light",
        "The background changes by {} across the image.",
        "Do not compare intensities between places of the image; align the lamp, or correct "
        "with an image of an empty field.",
        0.25,
        0.0,
        10.0,
        is_share=True,
    ),
    Flag.EMPTY: Meaning(
        "Empty",
        "Noise explains {} of all differences in the image.",
        "Look whether there is anything to segment. An empty field counts as 0 cells unless "
        "you exclude it.",
        0.12,
        0.0,
        10.0,
        is_share=True,
    ),
    Flag.DUPLICATE: Meaning(
        "Duplicate",
        "{} of the fingerprint is the same as that of an image that was here before.",
        "Compare the two. If they show the same field, exclude one, or its cells count twice.",
        0.95,
        0.5,
        1.0,
        is_share=True,
    ),
    Flag.SEAM: Meaning(
        "Stitching seam",
        "A brightness step along a whole line is {} times as large as any near it.",
        "Cells on the seam may be cut or doubled: check them, and stitch again with overlap.",
        1.3,
        1.0,
        1000.0,
    ),
    Flag.DEBRIS: Meaning(
        "Fiber or scratch",
        "Something that crosses a large part of the image is {} times longer than wide.",
        "Look at it: set its place aside in the viewer, or leave the image out. Rows of very long "
        "cells look the same: raise the limit for those.",
        15.0,
        2.0,
        1000.0,
    ),
    Flag.COMPRESSED: Meaning(
        "JPEG blocks",
        "Steps at the borders of 8 × 8 blocks are {} larger than elsewhere.",
        "Small structures and intensities have changed: upload the file that the microscope "
        "wrote, not a JPEG.",
        0.15,
        0.0,
        100.0,
        is_share=True,
    ),
}


def limits_with(changed: dict[str, float]) -> dict[Flag, float]:
    """Return the limit of every flag: that of a project where it has changed it."""
    return {flag: changed.get(flag.value, meaning.limit) for flag, meaning in MEANINGS.items()}


def shown_number(flag: Flag, value: float) -> str:
    """Return a number as people read it: a share as percent, a width with its unit."""
    meaning = MEANINGS[flag]
    if meaning.is_share:
        percent = value * 100
        return f"{percent:.1f} %" if percent < 10 else f"{percent:.0f} %"
    return f"{value:.1f} {meaning.unit}".rstrip()
