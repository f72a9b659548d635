"""The drawing tools give exactly the pixels that an independent program worked out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from annotations.labels import operations, redrawing, reshape, seeded_split

CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[2] / "golden" / "operations.json").read_text(encoding="utf-8")
)
ROOMS = (operations, reshape, seeded_split, redrawing)
BOOKKEEPING = {"name", "operation", "result", "plane", "mask"}


def run(case: dict[str, Any]) -> NDArray[np.uint32]:
    arguments = {key: value for key, value in case.items() if key not in BOOKKEEPING}
    if "plane" in case:
        arguments["plane"] = np.array(case["plane"], dtype=np.uint32)
    for seed in ("first", "second"):
        if seed in case:
            arguments[seed] = tuple(case[seed])
    if "mask" in case:
        arguments["mask"] = np.array(case["mask"], dtype=bool)
    module = next(room for room in ROOMS if hasattr(room, case["operation"]))
    result: NDArray[np.uint32] = getattr(module, case["operation"])(**arguments)
    return result


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['operation']}: {case['name']}")
def test_the_result_is_the_same_to_the_pixel(case: dict[str, Any]) -> None:
    assert run(case).astype(np.uint32).tolist() == case["result"]


@pytest.mark.parametrize("case", [case for case in CASES if "plane" in case])
def test_the_plane_given_is_not_changed(case: dict[str, Any]) -> None:
    plane = np.array(case["plane"], dtype=np.uint32)
    plane.flags.writeable = False
    result = run(case)
    assert result.dtype == np.uint32
    assert result.flags.writeable


def test_every_operation_has_examples() -> None:
    assert {case["operation"] for case in CASES} == {
        "delete",
        "disc",
        "erase",
        "fill_holes",
        "grow",
        "line",
        "merge",
        "paint",
        "polygon",
        "redraw",
        "shrink",
        "smooth",
        "split_by_line",
        "split_by_seeds",
        "stroke",
    }
