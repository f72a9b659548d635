"""Restoring a version: one new edit on the server, whatever has happened since."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import numpy as np
import pytest

from annotations.actions.edit import MAX_MARKS
from annotations.actions.head import open_head
from annotations.models import Annotation, Edit
from annotations.queries.edits import check_edits
from annotations.queries.facts import facts_at
from tests.cast import SQUARES, caller, edit_of, page_of, patch_of, squares

pytestmark = pytest.mark.django_db
REGION = "c0ffee00-1111-4222-8333-444455556666"
TRIANGLE = {"t": 0, "z": 0, "points": [[0, 0], [0, 40.5], [40, 0]]}


@pytest.fixture
def restore(annotation: Any, bob: Any) -> Any:
    """Bob's browser asks for an earlier version."""
    browser = caller(page_of(bob))

    def ask(version: int, base_version: int, client_id: str | None = None) -> Any:
        body = {"version": version, "base_version": base_version}
        body["client_id"] = client_id or str(uuid4())
        return browser("post", f"/api/annotations/{annotation.pk}/restore", body)

    return ask


def labels_of(annotation: Any) -> Any:
    """The newest masks."""
    return np.array(open_head(Annotation.objects.get(pk=annotation.pk)).plane(0, 0))


def spoil(save: Any) -> None:
    """Two cells go, one of them in two steps; something is said of cells and of a region."""
    y0, x0, y1, x1 = SQUARES[2]
    save(edit_of(0, patch_of(SQUARES[1], 1, 0), kind="delete"))
    save(edit_of(1, patch_of((y0, x0, y1, x0 + 9), 2, 0)))
    save(edit_of(2, patch_of((y0, x0 + 9, y1, x1), 2, 0)))
    marks = [
        {"labels": [1, 3], "before": {"is_ambiguous": False}, "after": {"is_ambiguous": True}},
        {"region": REGION, "before": None, "after": TRIANGLE},
    ]
    said = edit_of(3, patch_of((300, 300, 310, 320), 0, 3), kind="ambiguous") | {"marks": marks}
    assert save(said).status_code == 201


def test_masks_and_what_was_said_are_as_they_were_and_undo_takes_it_back(
    annotation: Any, save: Any, restore: Any
) -> None:
    spoil(save)
    spoiled = labels_of(annotation)
    answer = restore(0, 4)
    assert (answer.status_code, answer.json()) == (201, {"version": 5, "rebased": False})
    assert np.array_equal(labels_of(annotation), squares()[0, 0])
    fresh = Annotation.objects.get(pk=annotation.pk)
    facts = facts_at(fresh, 5)
    assert (facts.of_cell(3)["is_ambiguous"], facts.regions) == (False, {})
    assert check_edits(fresh) is None
    edit = Edit.objects.get(version=5)
    assert (edit.kind, str(edit.author_name)) == ("restore", "Bob")
    back = {
        **edit_of(5, *[swapped(patch) for patch in edit.patches], kind="undo"),
        "undoes": 5,
        "marks": [{**m, "before": m["after"], "after": m["before"]} for m in edit.marks],
    }
    assert save(back).json()["version"] == 6
    assert np.array_equal(labels_of(annotation), spoiled)


def swapped(patch: dict[str, Any]) -> dict[str, Any]:
    """The patch that takes it back."""
    from annotations.labels import patch as patches

    return patches.to_json(patches.reverse(patches.from_json(patch)))


def test_a_version_in_between_is_reached_too(annotation: Any, save: Any, restore: Any) -> None:
    spoil(save)
    assert restore(1, 4).status_code == 201
    expected = squares()[0, 0].copy()
    expected[expected == 1] = 0
    assert np.array_equal(labels_of(annotation), expected)


def test_the_same_request_twice_restores_once(save: Any, restore: Any) -> None:
    spoil(save)
    client_id = str(uuid4())
    first, second = restore(0, 4, client_id), restore(0, 4, client_id)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert Edit.objects.count() == 5


def test_nobody_restores_over_what_she_has_not_seen(save: Any, restore: Any) -> None:
    spoil(save)
    answer = restore(0, 3)
    assert (answer.status_code, answer.json()["code"]) == (409, "moved")


def test_where_nothing_differs_there_is_no_new_version(
    annotation: Any, save: Any, restore: Any
) -> None:
    save(edit_of(0, patch_of((300, 300, 310, 320), 0, 3)))
    save(edit_of(1, patch_of((300, 300, 310, 320), 3, 0)))
    answer = restore(0, 2)
    assert answer.status_code == 400
    assert answer.json()["detail"] == "Nothing differs from version 0."
    assert restore(7, 2).json()["detail"] == "There is no version 7 of this annotation."
    assert Edit.objects.count() == 2


def test_an_approved_image_is_not_restored(annotation: Any, save: Any, restore: Any) -> None:
    spoil(save)
    Annotation.objects.filter(pk=annotation.pk).update(state="approved")
    answer = restore(0, 4)
    assert (answer.status_code, answer.json()["code"]) == (409, "approved")


def test_more_regions_than_an_old_edit_could_name_come_back(
    annotation: Any, save: Any, restore: Any
) -> None:
    marks = [{"region": str(uuid4()), "before": None, "after": TRIANGLE} for _ in range(600)]
    assert len(marks) < MAX_MARKS
    edit = {**edit_of(0, kind="ignore"), "patches": [], "marks": marks}
    assert save(edit).status_code == 201
    assert restore(0, 1).status_code == 201
    assert facts_at(Annotation.objects.get(pk=annotation.pk), 2).regions == {}
