"""What an ND2 experiment repeated: times, positions and slices, and which frame is which."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import Any, Literal

from webapp.imaging.limits import UnreadableImage
from webapp.imaging.vendors.nd2.variants import Tree, items

Axis = Literal["T", "P", "Z"]
_TIME, _POSITIONS, _SLICES, _SPECTRAL, _TIMES = 1, 2, 4, 6, 8

OTHER_LOOP = (
    "This ND2 file repeats something else than time points, positions and slices, which cannot "
    "be read here. Split it in NIS-Elements, or export it as TIFF, and upload that."
)


@dataclass(frozen=True)
class Loop:
    """One thing that was repeated. `step` is seconds for T, micrometers for Z."""

    axis: Axis
    count: int
    step: float | None = None
    names: tuple[str, ...] = ()


def read_loops(experiment: Tree) -> tuple[Loop, ...]:
    """Return the loops from the outermost to the innermost."""
    loops: list[Loop] = []
    level: list[Any] = [experiment]
    while level:
        here = [one for one in map(_loop, level) if one is not None]
        if here:
            loops.append(max(here, key=lambda one: one.count))
        level = [
            deeper
            for one in level
            if isinstance(one, dict)
            for deeper in items(one.get("ppNextLevelEx"))
        ]
    return tuple(loops)


def frame_numbers(loops: tuple[Loop, ...]) -> dict[tuple[int, int, int], int]:
    """Return the frame of each (position, t, z); loops of one axis count on in each other."""
    numbers = {}
    for number, indices in enumerate(itertools.product(*(range(one.count) for one in loops))):
        place = {"P": 0, "T": 0, "Z": 0}
        for loop, index in zip(loops, indices, strict=True):
            place[loop.axis] = place[loop.axis] * loop.count + index
        numbers[place["P"], place["T"], place["Z"]] = number
    return numbers


def axis_size(loops: tuple[Loop, ...], axis: Axis) -> int:
    """Return how many there are along one axis, 1 when nothing was repeated."""
    return math.prod(one.count for one in loops if one.axis == axis)


def _loop(experiment: Any) -> Loop | None:
    """Return one loop, None for the channels of a spectrum and for loops of nothing."""
    if not isinstance(experiment, dict):
        return None
    kind, told = experiment.get("eType", 0), experiment.get("uLoopPars") or {}
    if isinstance(told, list):
        told = told[0]
    if not told or kind in (0, _SPECTRAL):
        return None
    readers = {_TIME: _time, _SLICES: _slices, _TIMES: _times}
    if kind == _POSITIONS:
        found = _positions(told, experiment.get("pItemValid", b""))
    elif kind in readers:
        found = readers[kind](told)
    else:
        raise UnreadableImage(OTHER_LOOP, f"loop of kind {kind}")
    return found if found.count > 0 else None


def _time(told: Tree) -> Loop:
    measured, planned = told.get("dAvgPeriodDiff", 0.0), told.get("dPeriod", 0.0)
    milliseconds = measured if measured > 0 else planned
    return Loop("T", told.get("uiCount", 0), milliseconds / 1000 if milliseconds > 0 else None)


def _times(told: Tree) -> Loop:
    """Several phases of time, each with its own interval."""
    phases = items(told.get("pPeriod"))
    valid = list(told.get("pPeriodValid", b"")) or [1] * len(phases)
    used = [_time(one) for one, is_valid in zip(phases, valid, strict=False) if is_valid]
    steps = {one.step for one in used}
    return Loop("T", sum(one.count for one in used), steps.pop() if len(steps) == 1 else None)


def _slices(told: Tree) -> Loop:
    count, step = told.get("uiCount", 0), abs(told.get("dZStep", 0.0))
    if not step and count > 1:
        step = abs(told.get("dZHigh", 0.0) - told.get("dZLow", 0.0)) / (count - 1)
    return Loop("Z", count, step or None)


def _positions(told: Tree, valid: bytes) -> Loop:
    points = items(told.get("Points")) or items(told.get("dPosX"))
    if valid:
        points = [one for one, is_valid in zip(points, valid, strict=False) if is_valid]
    names = tuple(
        str(one.get("dPosName") or one.get("pPosName") or "") if isinstance(one, dict) else ""
        for one in points
    )
    return Loop("P", len(points), names=names)
