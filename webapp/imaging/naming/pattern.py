"""Patterns of file names that people can read and change: `{*}_{well}_s{site}_w{channel}`.

Words in braces stand for a part of the name, everything else for itself; `{*}` is any text, also
none. Capitals and small letters are the same. The ending of the file is not part of the name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from webapp.imaging.naming.wells import Well, letters_of

PARTS = {
    "well": r"[A-Za-z]{1,2}0*[1-9][0-9]?",
    # Of a name that says no more, "t02" and "R001" are no wells: a capital, up to 384 of them.
    "sure_well": r"(?-i:[A-P])(?:0?[1-9]|1[0-9]|2[0-4])",
    "row": r"[0-9]{1,2}",
    "row_letter": r"[A-Za-z]{1,2}",
    "column": r"[0-9]{1,2}",
    "site": r"[0-9]{1,5}",
    "time": r"[0-9]{1,6}",
    "clock": r"(?:[0-9]{4}y[0-9]{2}m)?[0-9]{2}d_?[0-9]{2}h[0-9]{2}m",
    "z": r"[0-9]{1,4}",
    "channel": r"[A-Za-z0-9]+?",
    "channel_number": r"[0-9]{1,2}",
    "action": r"[0-9]{1,2}",
    "plate": r".+?",
    "guid": r"[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}",
}
"""What the words in braces may be in a name; rows and columns in numbers begin with 1."""

LONGEST_PATTERN = 200
MOST_OPEN_PARTS = 3
"""Of `{*}` and `{plate}`: the time to read a name grows with its length to this power."""

_WORD = re.compile(r"\{([a-z_*]+)\}")


class BadPattern(ValueError):
    """A pattern that says nothing, with a sentence for whoever wrote it."""


@dataclass(frozen=True)
class NameParts:
    """What one name says; None where it says nothing. Numbers are as they are written."""

    well: Well | None = None
    site: int | None = None
    time: int | None = None
    z: int | None = None
    channel: str | None = None
    plate: str | None = None
    clock: str | None = None
    rest: tuple[str, ...] = field(default=(), compare=False)
    """What stands for `{*}`: files with different texts there are no parts of one image."""

    @property
    def image(self) -> tuple[str, str, int]:
        """Plate, well and site: files with the same are parts of one image."""
        return self.plate or "", str(self.well or ""), self.site or 0


def check_pattern(pattern: str) -> None:
    """BadPattern with a sentence when no name can be read by it."""
    _compiled(pattern)


def parse(pattern: str, stem: str) -> NameParts | None:
    """Read the name of a file without its ending; None when it is not like the pattern."""
    found = _compiled(pattern).fullmatch(stem)
    if found is None:
        return None
    parts = found.groupdict()
    try:
        well = _well(parts)
    except ValueError:
        return None
    numbers = {name: int(parts[name]) for name in ("site", "time", "z") if parts.get(name)}
    return NameParts(
        well=well,
        channel=parts.get("channel") or parts.get("channel_number"),
        plate=parts.get("plate"),
        clock=parts.get("clock"),
        rest=tuple(text.lower() for name, text in parts.items() if name.startswith("any")),
        **numbers,
    )


def _well(parts: dict[str, str | None]) -> Well | None:
    if text := parts.get("well") or parts.get("sure_well"):
        return Well.written(text)
    column = parts.get("column")
    letters, row = parts.get("row_letter"), parts.get("row")
    if column is None or (letters is None and row is None):
        return None
    return Well.written((letters or letters_of(int(row or 0) - 1)) + column)


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    """The pattern as a regular expression; BadPattern for one that cannot be used."""
    if len(pattern) > LONGEST_PATTERN:
        raise BadPattern(f"A pattern has at most {LONGEST_PATTERN} characters.")
    if len(re.findall(r"\{(?:\*|plate)\}", pattern)) > MOST_OPEN_PARTS:
        raise BadPattern(f"At most {MOST_OPEN_PARTS} parts may be any text.")
    expression, seen, end, n_open = "", set[str](), 0, 0
    for word in _WORD.finditer(pattern):
        expression += _itself(pattern[end : word.start()])
        end = word.end()
        name = word[1]
        if name == "*":
            n_open += 1
            expression += f"(?P<any{n_open}>.*?)"
            continue
        if name not in PARTS:
            known = ", ".join(f"{{{part}}}" for part in PARTS)
            raise BadPattern(f"{{{name}}} is not known. These are: {known} and {{*}}.")
        if name in seen:
            raise BadPattern(f"{{{name}}} stands twice in the pattern.")
        seen.add(name)
        expression += f"(?P<{name}>{PARTS[name]})"
    expression += _itself(pattern[end:])
    if not seen:
        raise BadPattern("The pattern names no part, such as {well}.")
    return re.compile(expression, re.IGNORECASE)


def _itself(text: str) -> str:
    if "{" in text or "}" in text:
        raise BadPattern("A brace is open or closed without its other one.")
    return re.escape(text)
