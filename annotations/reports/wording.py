"""Numbers and names as the document words them."""

from __future__ import annotations


def number(value: float | None) -> str:
    """A number for people: whole numbers with commas, others with three significant digits."""
    if value is None:
        return "–"
    if isinstance(value, int):
        return f"{value:,}"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}" if value else "0"


def short_name(name: str, longest: int) -> str:
    """A name that fits, its middle left out: both ends tell images of a series apart."""
    if len(name) <= longest:
        return name
    tail = longest // 3
    return f"{name[: longest - tail - 1]}…{name[-tail:]}"
