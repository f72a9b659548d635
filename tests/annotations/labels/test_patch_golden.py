"""The patches that an independent program wrote are the ones written and read here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from annotations.labels import patch as patches
from annotations.labels.patch import InvalidPatch

CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[2] / "golden" / "patches.json").read_text(encoding="utf-8")
)
VALID = [case for case in CASES if "error" not in case]
INVALID = [case for case in CASES if "error" in case]


def name_of(case: dict[str, Any]) -> str:
    return str(case["name"])


@pytest.mark.parametrize("case", VALID, ids=name_of)
def test_the_difference_is_written_exactly_so(case: dict[str, Any]) -> None:
    before = np.array(case["before"], dtype=np.uint32)
    after = np.array(case["after"], dtype=np.uint32)
    place = {"t": case["patch"]["t"], "z": case["patch"]["z"]}

    found = patches.difference(before, after, **place)

    assert found is not None
    assert patches.to_json(found) == case["patch"]
    assert patches.to_json(patches.reverse(found)) == case["reversed"]


@pytest.mark.parametrize("case", VALID, ids=name_of)
def test_reading_and_applying_gives_the_plane_after_and_reversing_the_one_before(
    case: dict[str, Any],
) -> None:
    before = np.array(case["before"], dtype=np.uint32)
    after = np.array(case["after"], dtype=np.uint32)
    plane = before.copy()

    patches.apply(plane, patches.from_json(case["patch"]))
    assert np.array_equal(plane, after)

    patches.apply(plane, patches.from_json(case["reversed"]))
    assert np.array_equal(plane, before)


@pytest.mark.parametrize("case", INVALID, ids=name_of)
def test_a_patch_that_breaks_a_rule_is_refused_with_one_sentence(case: dict[str, Any]) -> None:
    with pytest.raises(InvalidPatch) as refusal:
        patches.from_json(case["patch"])

    sentence = str(refusal.value)
    assert sentence.endswith(".")
    assert sentence[0].isalpha()


def test_there_are_examples_of_both_kinds() -> None:
    assert len(VALID) > 20
    assert len(INVALID) > 20
