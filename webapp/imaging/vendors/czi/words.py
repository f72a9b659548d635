"""What the XML of a CZI file says: channels, colors, sizes, times, objective, scenes."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from webapp.imaging.instrument import Instrument, modality, part
from webapp.imaging.series import numbered
from webapp.imaging.vendors.xml import hex_color, number_at, parse_xml, text_at

_METER_UM = 1e6


class Words:
    """The description of a file; nothing is known when it is missing."""

    def __init__(self, metadata: str) -> None:
        self._root = parse_xml(metadata) if metadata.strip("\x00 \r\n\t") else None
        path = "Metadata/Information/Image"
        self._image = self._root.find(path) if self._root is not None else None

    def channel_names(self, n_channels: int) -> tuple[str | None, ...]:
        """Return the name of each channel, or its dye."""
        names = [one.get("Name") or text_at(one, "Fluor") or None for one in self._channels()]
        return tuple([*names, *[None] * n_channels][:n_channels])

    def channel_colors(self, n_channels: int) -> tuple[str | None, ...]:
        """Return the color of each channel as people saw it in ZEN."""
        shown = self._all("Metadata/DisplaySetting/Channels/Channel")
        by_id = {one.get("Id"): text_at(one, "Color") for one in shown}
        described = self._channels()
        found = [
            hex_color(by_id.get(one.get("Id"), "") or text_at(one, "Color")) for one in described
        ]
        if not described:
            found = [hex_color(text_at(one, "Color")) for one in shown]
        return tuple([*found, *[None] * n_channels][:n_channels])

    @property
    def pixel_size_um(self) -> tuple[float, float] | None:
        """Height and width of a pixel."""
        y, x = self._distance_um("Y"), self._distance_um("X")
        return (y, x) if y and x else None

    @property
    def slice_step_um(self) -> float | None:
        return self._distance_um("Z")

    @property
    def frame_interval_s(self) -> float | None:
        """The planned interval of a time series."""
        return number_at(self._image, "Dimensions/T/Positions/Interval/Increment")

    @property
    def objective(self) -> str | None:
        """The objective that was used, else the first that is listed."""
        listed = self._all("Metadata/Information/Instrument/Objectives/Objective")
        used = (
            self._image.find("ObjectiveSettings/ObjectiveRef") if self._image is not None else None
        )
        wanted = used.get("Id") if used is not None else None
        chosen = [one for one in listed if one.get("Id") == wanted] or listed
        if not chosen:
            return None
        name = chosen[0].get("Name") or text_at(chosen[0], "Manufacturer/Model")
        return name.strip() or None

    @property
    def instrument(self) -> Instrument:
        """The microscope, the detectors that the channels refer to, and how they were used."""
        microscopes = self._all("Metadata/Information/Instrument/Microscopes/Microscope")
        channels = self._channels()
        used = {one.get("Id") for channel in channels for one in channel.iter("Detector")}
        listed = self._all("Metadata/Information/Instrument/Detectors/Detector")
        cameras = [_called(one) for one in listed if one.get("Id") in used or not used]
        words = [
            text_at(one, path) for one in channels for path in ("ContrastMethod", "AcquisitionMode")
        ]
        return Instrument(
            microscope=_called(microscopes[0]) if microscopes else "",
            camera=", ".join(dict.fromkeys(filter(None, cameras)))[:200],
            modality=modality(words),
        )

    def scene_name(self, index: int, n_scenes: int) -> str:
        """Return what people called a scene, or its number."""
        for one in self._all("Metadata/Information/Image/Dimensions/S/Scenes/Scene"):
            if one.get("Index") == str(index) and (one.get("Name") or "").strip():
                return (one.get("Name") or "").strip()
        return numbered("Scene", index, n_scenes)

    def _distance_um(self, axis: str) -> float | None:
        """Distances are in meters."""
        meters = number_at(self._root, f"Metadata/Scaling/Items/Distance[@Id='{axis}']/Value")
        return float(f"{meters * _METER_UM:.10g}") if meters else None

    def _channels(self) -> list[Element]:
        return self._all("Metadata/Information/Image/Dimensions/Channels/Channel")

    def _all(self, path: str) -> list[Element]:
        return self._root.findall(path) if self._root is not None else []


def _called(element: Element) -> str:
    """The name of a microscope or detector, else its maker and model."""
    return (
        part(element.get("Name"))
        or part(text_at(element, "System"))
        or part(
            text_at(element, "Manufacturer/Manufacturer"), text_at(element, "Manufacturer/Model")
        )
    )
