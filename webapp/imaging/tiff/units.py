"""Lengths and times as microscope software writes them."""

from __future__ import annotations

import math

_MICROMETERS = {
    "µm": 1.0, "μm": 1.0, "um": 1.0, "micron": 1.0, "microns": 1.0, "micrometer": 1.0,
    "micrometers": 1.0, "micrometre": 1.0, "nm": 1e-3, "nanometer": 1e-3, "pm": 1e-6,
    "Å": 1e-4, "å": 1e-4, "angstrom": 1e-4, "mm": 1e3, "millimeter": 1e3, "cm": 1e4, "m": 1e6,
}  # fmt: skip
_SECONDS = {
    "s": 1.0, "sec": 1.0, "second": 1.0, "seconds": 1.0, "ms": 1e-3, "msec": 1e-3,
    "µs": 1e-6, "μs": 1e-6, "us": 1e-6, "min": 60.0, "minute": 60.0, "minutes": 60.0,
    "h": 3600.0, "hour": 3600.0, "hours": 3600.0, "d": 86400.0,
}  # fmt: skip


def to_micrometers(value: object, unit: str) -> float | None:
    """Return a positive length in micrometers; None for pixels, inches and nonsense."""
    return _scaled(value, _MICROMETERS.get(unit.strip().replace("\\u00B5", "µ").lower()))


def seconds(value: object, unit: str) -> float | None:
    """Return a time in seconds, 0 allowed; None for nonsense."""
    factor = _SECONDS.get(unit.strip().lower())
    if factor is not None and str(value).strip() in ("0", "0.0"):
        return 0.0
    return _scaled(value, factor)


def _scaled(value: object, factor: float | None) -> float | None:
    if factor is None or value is None:
        return None
    try:
        number = float(str(value)) * factor
    except ValueError:
        return None
    # twelve digits hide that 0.65 µm may be written as 650 nm × 1e-3
    return float(f"{number:.12g}") if math.isfinite(number) and number > 0 else None
