"""What a LIF file calls the channels and the objective of an image."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from webapp.imaging.instrument import Instrument, modality, part
from webapp.imaging.vendors.xml import hex_color

_COLORS = {
    "red": "#ff0000", "green": "#00ff00", "blue": "#0000ff", "cyan": "#00ffff",
    "magenta": "#ff00ff", "yellow": "#ffff00", "gray": "#ffffff", "grey": "#ffffff",
}  # fmt: skip


def channel_words(
    element: Element, n_channels: int
) -> tuple[tuple[str | None, ...], tuple[str | None, ...]]:
    """Return (names, colors) of the channels: the dye if one is named, and the lookup table."""
    described = element.findall("Data/Image/ImageDescription/Channels/ChannelDescription")
    names = [_property(one, "DyeName") for one in described]
    dyes = [_dye(one) for one in element.iter("MultiBand")]
    if not any(names) and len(dyes) == n_channels:
        names = dyes
    return tuple(names), tuple(_color(one.get("LUTName", "")) for one in described)


def objective(element: Element) -> str | None:
    """Return the objective of the first settings that name one."""
    for one in element.iter():
        name = (one.get("ObjectiveName") or "").strip()
        if name:
            return " ".join(name.split())
    return None


def instrument(element: Element) -> Instrument:
    """Stand and system, camera and contrast of the settings that name them first."""
    system = part(_first(element, "SystemTypeName"))
    stand = part(_first(element, "MicroscopeModel"))
    words = [one.get("ContrastingMethodName") for one in element.iter("WideFieldChannelInfo")]
    if not any(words):
        words = [_first(element, "DataSourceTypeName")]
    return Instrument(
        microscope=", ".join(dict.fromkeys(filter(None, (stand, system)))),
        camera=part(_first(element, "CameraName")),
        modality=modality(
            [*words, *([] if any(words) else [_first(element, "DataSourceTypeName")])]
        ),
    )


def _first(element: Element, name: str) -> str:
    """The first attribute of a name, anywhere below the element."""
    return next((value for one in element.iter() if (value := (one.get(name) or "").strip())), "")


def _property(channel: Element, key: str) -> str | None:
    for one in channel.findall("ChannelProperty"):
        if (one.findtext("Key") or "").strip() == key:
            return (one.findtext("Value") or "").strip() or None
    return None


def _dye(band: Element) -> str | None:
    return (band.get("DyeName") or "").strip() or None


def _color(table: str) -> str | None:
    return _COLORS.get(table.strip().lower()) or hex_color(table)
