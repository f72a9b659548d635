"""The marks that an independent program wrote are read, played and taken back here alike."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from annotations.labels import marks
from annotations.labels.marks import Facts, InvalidMark

CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[2] / "golden" / "marks.json").read_text(encoding="utf-8")
)
VALID = [case for case in CASES if "error" not in case]
INVALID = [case for case in CASES if "error" in case]
CLASSLESS = (None, False)


def name_of(case: dict[str, Any]) -> str:
    return str(case["name"])


def facts_of(told: dict[str, Any]) -> Facts:
    """The facts of an example."""
    facts = Facts()
    for label, kind, is_ambiguous in told["cells"]:
        facts.cells[label] = {"class": kind, "is_ambiguous": is_ambiguous}
    came = [{"region": key, "before": None, "after": value} for key, value in told["regions"]]
    for mark in marks.from_json(came):
        facts.apply(mark)
    return facts


def told_by(facts: Facts) -> dict[str, Any]:
    """Facts in the form of the examples."""
    cells = [(label, *facts.of_cell(label).values()) for label in sorted(facts.cells)]
    regions = [marks.RegionMark(key, None, region) for key, region in sorted(facts.regions.items())]
    return {
        "cells": [list(row) for row in cells if row[1:] != CLASSLESS],
        "regions": [[mark["region"], mark["after"]] for mark in marks.to_json(regions)],
    }


@pytest.mark.parametrize("case", VALID, ids=name_of)
def test_marks_are_read_and_written_exactly_so(case: dict[str, Any]) -> None:
    read = marks.from_json(case["marks"])
    assert marks.to_json(read) == case["marks"]
    assert marks.to_json(marks.reverse(read)) == case["reversed"]


@pytest.mark.parametrize("case", VALID, ids=name_of)
def test_playing_marks_gives_the_facts_after_and_reversing_those_before(
    case: dict[str, Any],
) -> None:
    facts, read = facts_of(case["facts_before"]), marks.from_json(case["marks"])
    assert all(facts.stand_as_before(mark) for mark in read)
    for mark in read:
        facts.apply(mark)
    assert told_by(facts) == case["facts_after"]
    assert not any(facts.stand_as_before(mark) for mark in read)
    for mark in marks.reverse(read):
        facts.apply(mark)
    assert told_by(facts) == case["facts_before"]


@pytest.mark.parametrize("case", INVALID, ids=name_of)
def test_a_mark_that_breaks_a_rule_is_refused_with_one_sentence(case: dict[str, Any]) -> None:
    with pytest.raises(InvalidMark) as refusal:
        marks.from_json(case["marks"])
    assert str(refusal.value).endswith(".")


def test_a_region_lies_in_a_plane_of_the_image() -> None:
    case = next(case for case in VALID if case["name"] == "a region changes")
    [came] = marks.from_json(case["marks"])
    marks.check_inside(came, (3, 2, 10, 10))
    with pytest.raises(InvalidMark):
        marks.check_inside(came, (2, 2, 10, 10))
