"""Pixel size, names and colors from ImageJ's description and from TIFF tags."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from webapp.imaging.instrument import NOTHING_SAID, Instrument
from webapp.imaging.tiff.instrument import imagej_instrument, tag_instrument
from webapp.imaging.tiff.units import seconds, to_micrometers

CENTIMETER = 3
LARGEST_TRUSTED_PIXEL_UM = 5.0
"""A plain TIFF in pixels per cm is believed below this; printing and scanning lie above."""


@dataclass(frozen=True)
class Acquisition:
    """What a TIFF says about the acquisition apart from its planes."""

    channel_names: tuple[str | None, ...] = ()
    channel_colors: tuple[str | None, ...] = ()
    pixel_size_um: tuple[float, float] | None = None
    slice_step_um: float | None = None
    frame_interval_s: float | None = None
    instrument: Instrument = NOTHING_SAID
    objective: str | None = None


def imagej_acquisition(metadata: dict[str, Any], page: Any, n_channels: int) -> Acquisition:
    """Read ImageJ's description; the resolution tags count pixels per its unit."""
    unit = str(metadata.get("unit", ""))
    y, x = (_pixel_size(page, name, unit) for name in ("YResolution", "XResolution"))
    interval = metadata.get("finterval")
    instrument, objective = imagej_instrument(metadata)
    return Acquisition(
        channel_names=_names(metadata, n_channels),
        channel_colors=_colors(metadata, n_channels),
        pixel_size_um=(y, x) if y and x else None,
        slice_step_um=to_micrometers(metadata.get("spacing"), unit),
        frame_interval_s=(
            seconds(interval, str(metadata.get("tunit", "s"))) or None
            if interval is not None
            else None
        ),
        instrument=instrument,
        objective=objective,
    )


def plain_acquisition(page: Any) -> Acquisition:
    """Read the resolution of a plain TIFF, if it can only be that of a microscope."""
    unit_tag = page.tags.get("ResolutionUnit")
    instrument = tag_instrument(page)
    if unit_tag is None or unit_tag.value != CENTIMETER:
        return Acquisition(instrument=instrument)
    y, x = (_pixel_size(page, name, "cm") for name in ("YResolution", "XResolution"))
    if not y or not x or max(y, x) > LARGEST_TRUSTED_PIXEL_UM:
        return Acquisition(instrument=instrument)
    return Acquisition(pixel_size_um=(y, x), instrument=instrument)


def _pixel_size(page: Any, tag_name: str, unit: str) -> float | None:
    """Return the pixel size in micrometers from a rational tag of pixels per unit."""
    tag = page.tags.get(tag_name)
    try:
        numerator, denominator = tag.value
    except (AttributeError, TypeError, ValueError):
        return None
    return to_micrometers(denominator / numerator, unit) if numerator and denominator else None


def _names(metadata: dict[str, Any], n_channels: int) -> tuple[str | None, ...]:
    """Return the slice labels as channel names when there is one label a channel."""
    labels = metadata.get("Labels")
    if not isinstance(labels, list) or n_channels < 2 or len(labels) % n_channels:
        return ()
    first = [str(label).strip() for label in labels[:n_channels]]
    repeats = [first[i % n_channels] for i in range(len(labels))]
    is_name = repeats == [str(label).strip() for label in labels] or len(labels) == n_channels
    return tuple(label or None for label in first) if is_name else ()


def _colors(metadata: dict[str, Any], n_channels: int) -> tuple[str | None, ...]:
    """Return the brightest color of each channel's lookup table."""
    tables = metadata.get("LUTs")
    if not isinstance(tables, list) or len(tables) != n_channels:
        return ()
    return tuple("#" + "".join(f"{int(value):02x}" for value in table[:, -1]) for table in tables)
