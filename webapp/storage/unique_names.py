"""Names for files in one folder: as the lab gave them, and no two alike."""

from __future__ import annotations

import re
from collections.abc import Iterable

_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+')
# Device names that Windows refuses as file names, whatever the ending.
_RESERVED = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.I)


def safe_name(name: str) -> str:
    """The name without what a file system forbids; never empty, never a way out of its folder."""
    safe = _FORBIDDEN.sub("_", name).strip(" ").rstrip(".") or "file"
    return f"_{safe}" if _RESERVED.match(safe) or safe.startswith("..") else safe


def unique_names(names: Iterable[str]) -> list[str]:
    """`safe_name` of each; the second of equals is "name (2).tif". Case does not count."""
    taken: set[str] = set()
    numbers: dict[str, int] = {}  # the next one for each name that came twice
    found = []
    for name in map(safe_name, names):
        stem, dot, ending = name.partition(".")
        unique, number = name, numbers.get(name.casefold(), 2)
        while unique.casefold() in taken:
            unique = f"{stem} ({number}){dot}{ending}"
            number += 1
        taken.add(unique.casefold())
        numbers[name.casefold()] = number
        found.append(unique)
    return found
