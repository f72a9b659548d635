"""What an OME-Zarr says of an image: its axes, scales and channels (versions 0.1 to 0.5).

Source: https://ngff.openmicroscopy.org/0.5/#multiscale-md
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from webapp.imaging.limits import UnreadableImage
from webapp.imaging.ome_zarr.package import joined
from webapp.imaging.tiff.units import seconds, to_micrometers

AXES = "tczyx"
BAD = (
    "The description of this OME-Zarr is damaged: it does not say which axes the image has. "
    "Export the image again, or save it as OME-TIFF, and upload that."
)
NO_UNIT = "The file gives the size of a pixel as {value:g} without a unit, so it was not used."


@dataclass(frozen=True)
class Multiscales:
    """The largest array of an image: where it lies, its axes in order, and what they measure."""

    array: str
    axes: str
    units: tuple[str, ...]
    scales: tuple[float | None, ...]
    channel_names: tuple[str | None, ...]
    channel_colors: tuple[str | None, ...]

    def step_um(self, axis: str) -> float | None:
        """Return the distance of two pixels along an axis; None when it is not told."""
        at = self.axes.find(axis)
        return to_micrometers(self.scales[at], self.units[at]) if at >= 0 else None

    @property
    def interval_s(self) -> float | None:
        """Return the time between two frames."""
        at = self.axes.find("t")
        return seconds(self.scales[at], self.units[at]) or None if at >= 0 else None

    @property
    def notes(self) -> tuple[str, ...]:
        """Return what was said and could not be used."""
        at = self.axes.index("y")
        scale = self.scales[at]
        is_bare = scale is not None and scale != 1 and not self.units[at]
        return (NO_UNIT.format(value=scale),) if is_bare else ()


def read_multiscales(path: str, attributes: dict[str, Any]) -> Multiscales:
    """Return what the attributes of an image group say; UnreadableImage when they are damaged."""
    try:
        described = attributes["multiscales"][0]
        largest = described["datasets"][0]
        axes, units = _axes(described.get("axes"))
        scales = _scales(largest, described, len(axes) if axes else 0)
        array = joined(path, str(largest["path"]))
    except (KeyError, IndexError, TypeError, AttributeError, ValueError) as error:
        raise UnreadableImage(BAD) from error
    channels = _channels(attributes.get("omero"))
    return Multiscales(
        array=array,
        axes=axes,
        units=units,
        scales=scales,
        channel_names=tuple(_name(one.get("label")) for one in channels),
        channel_colors=tuple(_color(one.get("color")) for one in channels),
    )


def _axes(said: Any) -> tuple[str, tuple[str, ...]]:
    """Return one letter an axis, with its unit; versions before 0.3 have all five."""
    if said is None:
        return AXES, ("",) * 5
    letters, units = [], []
    for one in said:
        name = str(one["name"] if isinstance(one, dict) else one).lower()
        kind = str(one.get("type") or "").lower() if isinstance(one, dict) else ""
        letter = {"time": "t", "channel": "c"}.get(kind, name)
        if letter not in AXES:
            raise UnreadableImage(
                f"This OME-Zarr has an axis “{name[:40]}”, which is not one of time, channel, z, "
                "y and x. Export the part that you need and upload that."
            )
        letters.append(letter)
        units.append(str(one.get("unit") or "") if isinstance(one, dict) else "")
    axes = "".join(letters)
    if len(set(axes)) < len(axes) or not {"y", "x"} <= set(axes):
        raise UnreadableImage(BAD)
    return axes, tuple(units)


def _scales(
    largest: dict[str, Any], described: dict[str, Any], n_axes: int
) -> tuple[float | None, ...]:
    """Return the step along each axis: that of the array times that of the whole image."""
    steps: list[float | None] = [None] * n_axes
    for holder in (largest, described):
        for one in holder.get("coordinateTransformations") or []:
            values = one.get("scale")
            if one.get("type") == "scale" and isinstance(values, list) and len(values) == n_axes:
                steps = [
                    (1.0 if step is None else step) * float(value)
                    for step, value in zip(steps, values, strict=True)
                ]
    return tuple(steps)


def _channels(omero: Any) -> list[dict[str, Any]]:
    channels = omero.get("channels") if isinstance(omero, dict) else None
    return [one if isinstance(one, dict) else {} for one in channels or []]


def _name(label: Any) -> str | None:
    return str(label) if label not in (None, "") else None


def _color(value: Any) -> str | None:
    """Return "#rrggbb" of six hexadecimal digits, with or without an alpha behind them."""
    found = re.fullmatch(r"#?([0-9a-fA-F]{6})(?:[0-9a-fA-F]{2})?", str(value or ""))
    return f"#{found[1].lower()}" if found else None
