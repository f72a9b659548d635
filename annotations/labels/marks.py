"""Marks: what an edit says about cells and regions, with what was said before.

Patches change pixels; marks change facts. Like a patch a mark is absolute, so applying it twice is
harmless, and reversing it is swapping ``before`` and ``after``. There are two sorts:

* ``{"labels": [3, 9], "before": {"class": null}, "after": {"class": "5f0c..."}}``: facts of cells.
  The facts are ``class`` (the id of a class of the project, or null) and ``is_ambiguous``. Only
  facts that change are named, the same ones before and after; labels ascend. A cell of which
  nothing was ever said has no class and is not ambiguous.
* ``{"region": "77aa...", "before": null, "after": {"t": 0, "z": 0, "points": [[y, x], ...]}}``:
  a region to ignore; null where there is none.

An edit names every cell and every region at most once. The viewer keeps the same rules;
`tests/golden/marks.json` holds both to them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

CellFacts = Mapping[str, str | bool | None]
"""Facts of a cell by name: ``class`` and ``is_ambiguous``."""

NOTHING_SAID: CellFacts = {"class": None, "is_ambiguous": False}
MAX_POINTS = 2000
_LARGEST_LABEL = 2**32 - 1
_LARGEST_COORDINATE = 2**20
_LARGEST_PLANE = 2**31 - 1


class InvalidMark(ValueError):
    """A mark that breaks a rule; the message is one sentence for a person."""


@dataclass(frozen=True)
class Region:
    """A polygon of one plane that is set aside: corners (y, x) in pixels, multiples of 1/8."""

    t: int
    z: int
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class CellMark:
    """New facts of some cells; ``before`` and ``after`` name the same facts."""

    labels: tuple[int, ...]
    before: CellFacts
    after: CellFacts


@dataclass(frozen=True)
class RegionMark:
    """A region that comes, goes or changes; None where there is none."""

    region: str
    before: Region | None
    after: Region | None


Mark = CellMark | RegionMark


@dataclass
class Facts:
    """What is said of cells and regions after some edits."""

    cells: dict[int, dict[str, str | bool | None]] = field(default_factory=dict)
    regions: dict[str, Region] = field(default_factory=dict)

    def of_cell(self, label: int) -> CellFacts:
        """All facts of one cell."""
        return {**NOTHING_SAID, **self.cells.get(label, {})}

    def stand_as_before(self, mark: Mark) -> bool:
        """Whether everything is as the mark says that it was."""
        if isinstance(mark, RegionMark):
            return self.regions.get(mark.region) == mark.before
        return all(
            self.cells.get(label, {}).get(name, NOTHING_SAID[name]) == value
            for label in mark.labels
            for name, value in mark.before.items()
        )

    def apply(self, mark: Mark) -> None:
        """Say what the mark says."""
        if isinstance(mark, CellMark):
            for label in mark.labels:
                self.cells.setdefault(label, {}).update(mark.after)
        elif mark.after is None:
            self.regions.pop(mark.region, None)
        else:
            self.regions[mark.region] = mark.after


def from_json(data: object) -> list[Mark]:
    """Read and check the marks of one edit; raises `InvalidMark` when a rule is broken."""
    if not isinstance(data, Sequence) or isinstance(data, str):
        raise InvalidMark("The marks of an edit must be a list.")
    marks = [_mark(item) for item in data]
    n_labels = sum(len(mark.labels) for mark in marks if isinstance(mark, CellMark))
    if len(touched_labels(marks)) != n_labels:
        raise InvalidMark("An edit may name every cell once.")
    if len(touched_regions(marks)) != sum(isinstance(mark, RegionMark) for mark in marks):
        raise InvalidMark("An edit may name every region once.")
    return marks


def to_json(marks: Iterable[Mark]) -> list[dict[str, Any]]:
    """The JSON of marks, as `from_json` reads it."""
    return [_cells_to_json(m) if isinstance(m, CellMark) else _region_mark(m) for m in marks]


def reverse(marks: Sequence[Mark]) -> list[Mark]:
    """The marks that take these back."""
    return [
        CellMark(mark.labels, mark.after, mark.before)
        if isinstance(mark, CellMark)
        else RegionMark(mark.region, mark.after, mark.before)
        for mark in marks
    ]


def touched_labels(marks: Iterable[Mark]) -> frozenset[int]:
    """The cells of which something is said."""
    return frozenset(label for mark in marks if isinstance(mark, CellMark) for label in mark.labels)


def touched_regions(marks: Iterable[Mark]) -> frozenset[str]:
    """The regions that change."""
    return frozenset(mark.region for mark in marks if isinstance(mark, RegionMark))


def check_inside(mark: Mark, shape: tuple[int, int, int, int]) -> None:
    """Raise `InvalidMark` unless the mark names a plane of an image of ``shape`` (T, Z, Y, X)."""
    regions = (mark.before, mark.after) if isinstance(mark, RegionMark) else ()
    for region in regions:
        if region is not None and (region.t >= shape[0] or region.z >= shape[1]):
            raise InvalidMark(f"The image has no plane t={region.t}, z={region.z}.")


def _mark(data: object) -> Mark:
    if isinstance(data, Mapping) and set(data) == {"labels", "before", "after"}:
        before, after = _cell_facts(data["before"]), _cell_facts(data["after"])
        if set(before) != set(after):
            raise InvalidMark("A mark must name the same facts before and after.")
        if any(before[name] == after[name] for name in before):
            raise InvalidMark("A mark may only name facts that change.")
        return CellMark(_labels(data["labels"]), before, after)
    if isinstance(data, Mapping) and set(data) == {"region", "before", "after"}:
        old, new = _region(data["before"]), _region(data["after"])
        if old == new:
            raise InvalidMark("A mark of a region must change it.")
        return RegionMark(_id(data["region"], "region"), old, new)
    raise InvalidMark("A mark must have exactly labels or region, before and after.")


def _labels(value: object) -> tuple[int, ...]:
    if not isinstance(value, list) or not value:
        raise InvalidMark("A mark must name at least one cell.")
    previous = 0
    for label in value:
        if not isinstance(label, int) or isinstance(label, bool) or label > _LARGEST_LABEL:
            raise InvalidMark("The cells of a mark must be cell numbers.")
        if label <= previous:
            raise InvalidMark("The cells of a mark must be in ascending order, each once.")
        previous = label
    return tuple(value)


def _cell_facts(value: object) -> dict[str, str | bool | None]:
    if not isinstance(value, Mapping) or not value or not set(value) <= set(NOTHING_SAID):
        raise InvalidMark("The facts of a cell are class and is_ambiguous.")
    facts: dict[str, str | bool | None] = {}
    if "class" in value:
        facts["class"] = None if value["class"] is None else _id(value["class"], "class")
    if "is_ambiguous" in value:
        if not isinstance(value["is_ambiguous"], bool):
            raise InvalidMark("is_ambiguous of a cell must be true or false.")
        facts["is_ambiguous"] = value["is_ambiguous"]
    return facts


def _id(value: object, what: str) -> str:
    try:
        if isinstance(value, str) and str(UUID(value)) == value:
            return value
    except ValueError:
        pass
    raise InvalidMark(f"A {what} must be named by its id.")


def _region(value: object) -> Region | None:
    if value is None:
        return None
    if not isinstance(value, Mapping) or set(value) != {"t", "z", "points"}:
        raise InvalidMark("A region must have exactly t, z and points.")
    points = value["points"]
    if not isinstance(points, list) or not 3 <= len(points) <= MAX_POINTS:
        raise InvalidMark(f"A region must have 3 to {MAX_POINTS} corners.")
    return Region(_plane(value["t"]), _plane(value["z"]), tuple(_point(item) for item in points))


def _plane(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _LARGEST_PLANE:
        raise InvalidMark("t and z of a region must be whole numbers.")
    return value


def _point(value: object) -> tuple[float, float]:
    if not isinstance(value, list) or len(value) != 2:
        raise InvalidMark("A corner of a region must be two numbers, y and x.")
    y, x = (_coordinate(item) for item in value)
    return y, x


def _coordinate(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidMark("A corner of a region must be two numbers, y and x.")
    # Also false for nan and infinity.
    if not abs(value) <= _LARGEST_COORDINATE or value * 8 != int(value * 8):
        raise InvalidMark("The corners of a region must be multiples of 1/8 pixel.")
    return float(value)


def _cells_to_json(mark: CellMark) -> dict[str, Any]:
    return {"labels": list(mark.labels), "before": dict(mark.before), "after": dict(mark.after)}


def _region_mark(mark: RegionMark) -> dict[str, Any]:
    return {
        "region": mark.region,
        "before": _region_to_json(mark.before),
        "after": _region_to_json(mark.after),
    }


def _region_to_json(region: Region | None) -> dict[str, Any] | None:
    if region is None:
        return None
    return {"t": region.t, "z": region.z, "points": [_short(point) for point in region.points]}


def _short(point: tuple[float, float]) -> list[float]:
    """Whole numbers without a decimal point, as JavaScript writes them."""
    return [int(value) if value.is_integer() else value for value in point]
