"""The color a channel is shown with when the file names none."""

from __future__ import annotations

import re

WHITE = "#ffffff"
RGB = ("#ff0000", "#00ff00", "#0000ff")

_BY_STAIN: tuple[tuple[str, str], ...] = (
    (r"cy5|alexa ?(fluor)? ?6\d\d|af6\d\d|far.?red|draq5|647|680", "#d55ce0"),
    (r"dapi|hoechst|bfp|cfp|405|nuclei|nucleus|nuclear|\bdna\b", "#4a8cff"),
    (r"gfp|fitc|alexa ?(fluor)? ?488|af488|yfp|488", "#35d07f"),
    (
        r"rfp|cy3|tritc|mcherry|tdtomato|texas|rhodamine|alexa ?(fluor)? ?5\d\d|561|568|594",
        "#ff7a45",
    ),
    (r"phase|\bdic\b|bright|\bbf\b|trans(mitted|mission)|\btd\b|\bdt\b", WHITE),
)
_SEQUENCE = ("#4a8cff", "#35d07f", "#ff7a45", "#d55ce0", "#f0c419", "#56b4e9", "#e69f00")
"""After Okabe and Ito (2008), lightened to be seen on black."""


def default_colors(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return one "#rrggbb" per channel name; stains that are known keep their usual color."""
    if len(names) == 1 and stain_color(names[0]) is None:
        return (WHITE,)
    known = [stain_color(name) for name in names]
    spare = [color for color in _SEQUENCE if color not in known] or list(_SEQUENCE)
    colors = []
    n_spare_used = 0
    for color in known:
        colors.append(color or spare[n_spare_used % len(spare)])
        n_spare_used += color is None
    return tuple(colors)


def stain_color(name: str) -> str | None:
    """Return the usual color of a stain or fluorophore named in `name`, or None."""
    for pattern, color in _BY_STAIN:
        if re.search(pattern, name, re.IGNORECASE):
            return color
    return None
