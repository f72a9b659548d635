"""Which files of a folder are planes of one image, by what their names say."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise, product, takewhile
from typing import Any

from webapp.imaging.naming.pattern import NameParts

MOST_NAMED = 6
_LABEL = re.compile(r"[\s_.\-]*(?:channel|time|ch|sk|[cwtzpdk])?[\s_.\-]*$", re.I)
_CLOCK = re.compile(r"(?:(\d{4})y(\d{2})m)?(\d{2})d_?(\d{2})h(\d{2})m")
Place = tuple[int, int, int]


@dataclass(frozen=True)
class FileFacts:
    """A file as it was read by itself: its stem, (T, C, Z, Y, X), type and pixel size."""

    key: Hashable
    stem: str
    shape: tuple[int, int, int, int, int]
    dtype: str
    pixel_size_um: tuple[float, float] | None = None


@dataclass(frozen=True)
class Member:
    """A file of a stack, with the place (T, C, Z) of its first plane in the image."""

    file: FileFacts
    parts: NameParts
    place: Place


@dataclass(frozen=True)
class Stack:
    """Files that make one image. With `faults` they cannot; `missing` planes are in no file."""

    name: str
    parts: NameParts
    members: tuple[Member, ...]
    shape: tuple[int, int, int, int, int]
    channels: tuple[str, ...]
    frame_interval_s: float | None = None
    missing: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Axes:
    """The values that names have along each axis, in their order."""

    t: tuple[Any, ...]
    c: tuple[Any, ...]
    z: tuple[Any, ...]
    found: dict[str, tuple[Any, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, parts: Sequence[NameParts], channels: tuple[Any, ...] | None = None) -> _Axes:
        times = {_time(one) for one in parts}
        own = {one.channel for one in parts}
        return cls(
            t=tuple(sorted(times, key=_natural)),
            c=channels if channels is not None else tuple(sorted(own, key=_natural)),
            z=tuple(sorted({one.z for one in parts}, key=_natural)),
        )

    def place(self, parts: NameParts) -> Place:
        return (
            self.t.index(_time(parts)),
            self.c.index(parts.channel),
            self.z.index(parts.z),
        )


def stacks_of(files: Sequence[FileFacts], read: Sequence[NameParts | None]) -> list[Stack]:
    """Return the stacks of two files or more, in the order in which their first files come; and
    of one file when other stacks of its plate show that it lacks channels.

    A file belongs to a stack by plate, well, site and by every text that the pattern leaves open;
    frame, channel and slice are its place in it. Names without any of these make no stack. A stack
    should have all channels that any of its plate has.
    """
    sets: dict[Any, list[tuple[FileFacts, NameParts]]] = defaultdict(list)
    for file, parts in zip(files, read, strict=True):
        if parts is not None and (parts.channel, parts.z, _time(parts)) != (None, None, None):
            sets[parts.image, parts.rest].append((file, parts))
    several = [one for one in sets.values() if len(one) > 1]
    channels: dict[str | None, set[str | None]] = defaultdict(set)
    for _, parts in (pair for one in several for pair in one):
        channels[parts.plate].add(parts.channel)
    longest = {
        axis: max((len(getattr(_Axes.of([p for _, p in one]), axis)) for one in several), default=1)
        for axis in "tz"
    }
    known = {plate: tuple(sorted(found, key=_natural)) for plate, found in channels.items()}
    return [
        _stack(one, known.get(one[0][1].plate, ()), longest)
        for one in sets.values()
        if len(one) > 1 or _lacks_channels(one[0][1], known)
    ]


def _lacks_channels(parts: NameParts, known: dict[str | None, tuple[Any, ...]]) -> bool:
    channels = known.get(parts.plate, ())
    return len(channels) > 1 and parts.channel in channels


def _stack(
    files: list[tuple[FileFacts, NameParts]], channels: tuple[Any, ...], longest: dict[str, int]
) -> Stack:
    read = [parts for _, parts in files]
    axes = _Axes.of(read, channels)
    counts = (len(axes.t), len(axes.c), len(axes.z))
    own = files[0][0].shape[:3]
    steps = tuple(1 if count > 1 else size for count, size in zip(counts, own, strict=True))
    members = sorted(
        (Member(file, parts, axes.place(parts)) for file, parts in files),
        key=lambda one: one.place,
    )
    n_frames, n_channels, n_slices = (
        count * step for count, step in zip(counts, steps, strict=True)
    )
    return Stack(
        name=_common_name([file.stem.replace(parts.clock or "\0", "") for file, parts in files]),
        parts=read[0],
        members=tuple(members),
        shape=(n_frames, n_channels, n_slices, *files[0][0].shape[3:]),
        channels=tuple(str(one) for one in axes.c if one is not None),
        frame_interval_s=_interval([one.clock for one in read]),
        missing=tuple(_missing(members, axes)),
        faults=tuple(_faults(members, counts)),
        warnings=tuple(_shorter(axes, longest)),
    )


def _missing(members: list[Member], axes: _Axes) -> list[str]:
    """Return the places that no file has, in words."""
    taken = {one.place for one in members}
    holes = [
        place
        for place in product(*(range(len(axis)) for axis in (axes.t, axes.c, axes.z)))
        if place not in taken
    ]
    return [
        " ".join(
            f"{word} {values[index]}"
            for word, values, index in zip(
                ("frame", "channel", "slice"), (axes.t, axes.c, axes.z), place, strict=True
            )
            if len(values) > 1
        )
        for place in holes
    ]


def _faults(members: list[Member], counts: Place) -> list[str]:
    """Return why these files cannot be one image."""
    faults = []
    first = members[0].file
    places = [one.place for one in members]
    if len(set(places)) < len(places):
        twice = next(one for one in members if places.count(one.place) > 1)
        faults.append(f"Two files are at the place of {twice.file.stem}.")
    for word, differs in (
        ("Sizes", {one.file.shape[3:] for one in members}),
        ("Pixel types", {one.file.dtype for one in members}),
        ("Pixel sizes", {_rounded(one.file.pixel_size_um) for one in members}),
    ):
        if len(differs) > 1:
            faults.append(f"{word} differ: {' and '.join(sorted(map(_said, differs)))}.")
    for axis, word in enumerate(("frames", "channels", "slices")):
        sizes = {one.file.shape[axis] for one in members}
        if len(sizes) > 1:
            faults.append(f"The files have different numbers of {word}.")
        elif counts[axis] > 1 and first.shape[axis] > 1:
            faults.append(f"The names count {word}, and the files have {word} themselves.")
    return faults


def _shorter(axes: _Axes, longest: dict[str, int]) -> list[str]:
    """Return along which axes other stacks are longer."""
    return [
        f"{len(getattr(axes, axis))} of {longest[axis]} {word}"
        for axis, word in (("t", "frames"), ("z", "slices"))
        if len(getattr(axes, axis)) < longest[axis]
    ]


def _time(parts: NameParts) -> int | str | None:
    return parts.time if parts.time is not None else parts.clock


def _natural(value: int | str | None) -> tuple[int, int, str]:
    if value is None:
        return (0, 0, "")
    text = str(value)
    return (1, int(text), "") if text.isdigit() else (2, 0, text)


def _rounded(size: tuple[float, float] | None) -> tuple[float, float] | None:
    return (float(f"{size[0]:.4g}"), float(f"{size[1]:.4g}")) if size else None


def _said(value: Any) -> str:
    if value is None:
        return "not known"
    return " × ".join(str(one) for one in value) if isinstance(value, tuple) else str(value)


def _common_name(stems: list[str]) -> str:
    """Return what all names share, without the words before what tells them apart."""
    if len(set(stems)) == 1:
        return stems[0].strip(" _.-")
    start = _common_start(stems)
    rests = [stem[len(start) :][::-1] for stem in stems]
    end = _common_start(rests)[::-1]
    end = end[re.search(r"[\s_.\-]|$", end).start() :]  # type: ignore[union-attr]
    digits = re.search(r"\d*$", start)
    start = start[: digits.start()] if digits else start
    name = _LABEL.sub("", start) + end
    return name.strip(" _.-") or stems[0]


def _common_start(texts: list[str]) -> str:
    together = takewhile(lambda marks: len(set(marks)) == 1, zip(*texts, strict=False))
    return "".join(marks[0] for marks in together)


def _interval(clocks: list[str | None]) -> float | None:
    """Return the seconds between frames, when clocks in the names are evenly apart."""
    times = sorted({_minutes(clock) for clock in clocks if clock})
    steps = {later - earlier for earlier, later in pairwise(times)}
    return 60.0 * steps.pop() if len(steps) == 1 else None


def _minutes(clock: str) -> int:
    found = _CLOCK.fullmatch(clock)
    if found is None:
        return 0
    year, month, day, hour, minute = (int(part) if part else None for part in found.groups())
    if year is None or month is None:
        return ((day or 0) * 24 + (hour or 0)) * 60 + (minute or 0)
    try:
        moment = datetime(year, month, day or 1, hour or 0, minute or 0)
    except ValueError:
        return 0
    return int((moment - datetime(1970, 1, 1)).total_seconds()) // 60
