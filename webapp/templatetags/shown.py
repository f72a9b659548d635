"""How values are shown on every page: icons, states, bars, numbers, sizes, times."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django import template
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from webapp.models import Image, User
from webapp.states import ImageState

register = template.Library()

THIN_SPACE = "\u202f"
N_AVATAR_COLORS = 6
N_SUMMARY = 90

# The state's icon and the color class that helps it; the word is always there.
CHIP_OF_STATE = {
    ImageState.UPLOADED: ("uploaded", ""),
    ImageState.SEGMENTED: ("segmented", "info"),
    ImageState.CORRECTED: ("pencil", "warn"),
    ImageState.IN_REVIEW: ("eye", "warn"),
    ImageState.SENT_BACK: ("send_back", "bad"),
    ImageState.APPROVED: ("check", "good"),
}
BAR_PARTS = (("approved", "a"), ("corrected", "c"), ("segmented", "s"), ("uploaded", "u"))


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """An icon of the sprite; it takes its color from the text around it."""
    return format_html(
        '<svg class="i {}" aria-hidden="true"><use href="{}#{}"></use></svg>',
        extra,
        static("icons.svg"),
        name,
    )


@register.simple_tag
def avatar(user: User, alone: bool = False) -> SafeString:
    """The round badge of a person, with her name for the mouse and for screen readers."""
    return format_html(
        '<span class="avatar p{}{}" title="{}" role="img" aria-label="{}">{}</span>',
        user.id.int % N_AVATAR_COLORS,
        " alone" if alone else "",
        user,
        user,
        user.initials,
    )


@register.simple_tag
def state_chip(state: str) -> SafeString:
    """A state as icon and word."""
    name, kind = CHIP_OF_STATE[ImageState(state)]
    return format_html(
        '<span class="chip {}">{}{}</span>', kind, icon(name), ImageState(state).label
    )


@register.simple_tag
def progress_bar(progress: Mapping[str, int] | None, extra: str = "") -> SafeString:
    """The stacked bar of the four states; its words are read aloud."""
    counts = progress or {}
    total = sum(counts.get(part, 0) for part, _ in BAR_PARTS)
    rects, left = [], 0.0
    for part, css in BAR_PARTS:
        width = 100.0 * counts.get(part, 0) / total if total else 0.0
        if width:
            rects.append((css, f"{left:.3f}%", f"{width:.3f}%"))
        left += width
    words = ", ".join(f"{counts.get(part, 0)} {part}" for part, _ in BAR_PARTS)
    return format_html(
        '<svg class="bar {}" role="img" aria-label="{}"><title>{}</title>{}</svg>',
        extra,
        words,
        words,
        format_html_join(
            "", '<rect class="{}" x="{}" y="-1" width="{}" height="20"></rect>', rects
        ),
    )


@register.simple_tag
def thumbnail_url(image: Image) -> str:
    """The small picture with its outlines; the address changes when they do."""
    return f"/api/images/{image.pk}/thumbnail?" + urlencode(
        {"v": f"{image.state}-{image.n_cells if image.n_cells is not None else ''}"}
    )


@register.simple_tag
def when(moment: datetime | None) -> SafeString:
    """A time that the browser writes in the reader's own zone and words."""
    if moment is None:
        return SafeString("–")
    return format_html(
        '<time datetime="{}">{}</time>',
        moment.isoformat(timespec="seconds"),
        moment.strftime("%Y-%m-%d %H:%M UTC"),
    )


@register.filter
def first_name(user: User) -> str:
    """What a greeting calls a person."""
    return (str(user).split() or [""])[0]


@register.filter
def without(name: str, start: str) -> str:
    """A name without the start that all names around it share."""
    return name.removeprefix(start) or name


@register.filter
def thin(number: float | None) -> str:
    """41208 as 41 208, with a thin space; a missing number is a dash."""
    if number is None:
        return "–"
    return f"{number:,}".replace(",", THIN_SPACE)


@register.filter
def count(number: int | None, noun: str) -> str:
    """`3|count:"image"` as "3 images"; irregular nouns as "history,histories"."""
    one, _, many = noun.partition(",")
    return f"{thin(number or 0)} {one if number == 1 else many or one + 's'}"


@register.filter
def byte_size(size: int) -> str:
    """Bytes in the unit that reads best."""
    value = float(size)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 1000:
            return f"{value:.0f} {unit}" if unit in ("B", "kB") else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.2f} TB"


@register.filter
def gigabytes(size: int | None) -> str:
    """Bytes as a number of gigabytes to be edited; empty for none."""
    return "" if size is None else f"{size / 1e9:.12g}"


@register.filter
def about(seconds: float | None) -> str:
    """A duration as a person would say it."""
    if seconds is None:
        return "a moment"
    if seconds < 55:
        return f"{max(5, 5 * math.ceil(seconds / 5))} s"
    hours, minutes = divmod(math.ceil(seconds / 60), 60)
    if not hours:
        return f"{minutes} min"
    return f"{hours} h {minutes:02d} min" if hours < 10 else f"{hours} h"


@register.filter
def short(digest: str | None) -> str:
    """The first twelve characters of a digest."""
    return (digest or "")[:12]


@register.filter
def percent(fraction: float | None) -> int:
    """0.436 as 43: a progress never says 100 before it is done."""
    return int(100 * (fraction or 0.0))


@register.filter
def item(mapping: Mapping[Any, Any], key: Any) -> Any:
    """A value of a mapping by a key that is itself a variable; None when it is missing."""
    return mapping.get(key)


@register.filter
def micrometers(size: tuple[float, float] | None) -> str:
    """Pixel height and width, once when they are equal."""
    if size is None:
        return "not known"
    y, x = size
    return f"{x:.4g} µm" if math.isclose(x, y, rel_tol=1e-6) else f"{x:.4g} × {y:.4g} µm"


@register.filter
def dimensions(image: Image) -> str:
    """Width × height, and what else there is more than one of."""
    parts = [f"{thin(image.width)} × {thin(image.height)}"]
    parts += [f"{image.n_slices} slices"] if image.n_slices > 1 else []
    parts += [f"{image.n_frames} frames"] if image.n_frames > 1 else []
    return " · ".join(parts)


@register.filter
def field_of_view(image: Image) -> str:
    """Width × height in micrometers, when the pixel size is known."""
    size = image.pixel_size_um
    if size is None:
        return "not known"
    return f"{image.width * size[1]:.4g} × {image.height * size[0]:.4g} µm"


@register.filter
def words(name: str) -> str:
    """`minimum_area_px` as "Minimum area (px)": a field's name for people."""
    units = {"px", "um", "um2", "s", "px2", "mm2"}
    stem, _, last = name.rpartition("_")
    text = f"{stem} ({last.replace('um', 'µm').replace('2', '²')})" if last in units else name
    text = text.replace("_", " ").removeprefix("n ")
    return text[:1].upper() + text[1:]


@register.filter
def figure(value: Any) -> str:
    """A number with four digits that count; anything else as it is."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return compact_json(value)
    if isinstance(value, int) or value.is_integer():
        return thin(int(value))
    return f"{value:.4g}"


@register.filter
def share(value: float | None) -> str:
    """A share from 0 to 1 with two digits; a missing one is a dash."""
    return "–" if value is None else f"{value:.2f}"


@register.filter
def took(work: Any) -> str:
    """How long something with `started_at` and `finished_at` took."""
    if work.started_at is None or work.finished_at is None:
        return ""
    return f"{(work.finished_at - work.started_at).total_seconds():.1f} s"


@register.filter
def compact_json(value: Any) -> str:
    """A stored value as one line; plain text stays as it is."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


@register.filter
def summary(detail: Mapping[str, Any]) -> str:
    """The first words of an event's detail, short enough for one line."""
    told = {key: value for key, value in detail.items() if value not in (None, "", [], {})}
    parts = [f"{key.replace('_', ' ')} {_brief(value)}" for key, value in told.items()]
    line = " · ".join(parts)
    return line if len(line) <= N_SUMMARY else line[: N_SUMMARY - 1] + "…"


def _brief(value: Any) -> str:
    if isinstance(value, list):
        is_change = len(value) == 2 and not any(isinstance(one, list | dict) for one in value)
        return f"{value[0]} → {value[1]}" if is_change else f"({len(value)})"
    if isinstance(value, dict):
        return f"({len(value)})"
    text = str(value)
    is_digest = len(text) == 64 and text.isalnum()
    is_id = len(text) == 36 and text.count("-") == 4
    return text[:12] if is_digest else text[:8] if is_id else text
