"""Marks in the edit log: facts of cells with the same order, conflicts and undo as pixels."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from annotations.models import Annotation, Edit
from annotations.queries.edits import check_edits, row_of
from annotations.queries.facts import facts_at, facts_now
from tests.cast import caller, edit_of, page_of, patch_of

pytestmark = pytest.mark.django_db
FREE = (200, 200, 210, 220)
REGION = "c0ffee00-1111-4222-8333-444455556666"
TRIANGLE = {"t": 0, "z": 0, "points": [[0, 0], [0, 40.5], [40, 0]]}


def unclear(*labels: int, is_undo: bool = False) -> dict[str, Any]:
    """Cells become ambiguous, or are so no longer."""
    before, after = {"is_ambiguous": is_undo}, {"is_ambiguous": not is_undo}
    return {"labels": list(labels), "before": before, "after": after}


def marked(base_version: int, *marks: Any, kind: str = "ambiguous") -> dict[str, Any]:
    """An edit that changes no pixel."""
    return {
        "client_id": str(uuid4()),
        "base_version": base_version,
        "kind": kind,
        "patches": [],
        "marks": list(marks),
    }


def facts_of(annotation: Any) -> Any:
    """What is said now."""
    fresh = Annotation.objects.get(pk=annotation.pk)
    return facts_at(fresh, fresh.version)


def test_a_mark_is_an_edit_of_its_own(annotation: Any, save: Any, bob: Any) -> None:
    answer = save(marked(0, unclear(1, 3)))
    assert (answer.status_code, answer.json()) == (201, {"version": 1, "rebased": False})
    facts = facts_of(annotation)
    assert [facts.of_cell(label)["is_ambiguous"] for label in (1, 2, 3)] == [True, False, True]
    log = caller(page_of(bob))("get", f"/api/annotations/{annotation.pk}/edits").json()
    assert log["edits"][0]["marks"] == [unclear(1, 3)]
    assert log["edits"][0]["patches"] == []


def test_undo_is_a_swap(annotation: Any, save: Any) -> None:
    save(marked(0, unclear(1)))
    save(marked(1, unclear(1, is_undo=True), kind="undo") | {"undoes": 1})
    assert facts_of(annotation).of_cell(1)["is_ambiguous"] is False
    assert facts_at(Annotation.objects.get(pk=annotation.pk), 1).of_cell(1)["is_ambiguous"] is True


def test_marks_and_patches_go_together(annotation: Any, save: Any) -> None:
    edit = edit_of(0, patch_of(FREE, 0, 3)) | {"marks": [unclear(3)]}
    assert save(edit).status_code == 201
    assert facts_of(annotation).of_cell(3)["is_ambiguous"] is True


@pytest.mark.parametrize("first", ["mark", "pixels"])
def test_the_same_cell_touched_meanwhile_is_a_conflict(
    annotation: Any, save: Any, rita: Any, first: str
) -> None:
    url = f"/api/annotations/{annotation.pk}/edits"
    hers = marked(0, unclear(2)) if first == "mark" else edit_of(0, patch_of(FREE, 0, 2))
    assert caller(page_of(rita))("post", url, hers).status_code == 201
    answer = save(marked(0, unclear(1, 2)))
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert save(marked(0, unclear(1, 3))).json() == {"version": 2, "rebased": True}


def test_a_stroke_over_a_cell_marked_meanwhile_is_a_conflict(
    annotation: Any, save: Any, rita: Any
) -> None:
    url = f"/api/annotations/{annotation.pk}/edits"
    caller(page_of(rita))("post", url, marked(0, unclear(2)))
    assert save(edit_of(0, patch_of(FREE, 0, 2))).status_code == 409


def test_a_mark_that_saw_other_facts_is_a_mismatch(save: Any) -> None:
    save(marked(0, unclear(1)))
    answer = save(marked(1, unclear(1)))
    assert (answer.status_code, answer.json()["code"]) == (409, "mismatch")


def test_a_region_comes_and_two_people_cannot_both_move_it(
    annotation: Any, save: Any, rita: Any
) -> None:
    came = {"region": REGION, "before": None, "after": TRIANGLE}
    assert save(marked(0, came, kind="ignore")).status_code == 201
    assert list(facts_of(annotation).regions) == [REGION]
    gone = {"region": REGION, "before": TRIANGLE, "after": None}
    url = f"/api/annotations/{annotation.pk}/edits"
    assert caller(page_of(rita))("post", url, marked(1, gone, kind="ignore")).status_code == 201
    assert save(marked(1, gone, kind="ignore")).json()["code"] == "conflict"
    assert facts_of(annotation).regions == {}


@pytest.mark.parametrize(
    "marks",
    [
        [unclear(1), unclear(1)],
        [unclear(99)],
        [{"labels": [1], "before": {}, "after": {}}],
        [{"region": REGION, "before": None, "after": {**TRIANGLE, "t": 4}}],
        ["text"],
        [None],
    ],
    ids=range(6),
)
def test_a_mark_that_breaks_a_rule_is_refused_with_a_sentence(save: Any, marks: Any) -> None:
    answer = save(marked(0, *marks))
    assert answer.status_code == 400
    assert answer.json()["detail"].endswith(".")


def test_an_edit_that_changes_nothing_is_refused(save: Any) -> None:
    assert save(marked(0)).status_code == 400


def test_marks_are_under_the_hash_and_edits_without_them_hash_as_before(
    annotation: Any, save: Any
) -> None:
    save(edit_of(0, patch_of(FREE, 0, 3)))
    save(marked(1, unclear(1), {"region": REGION, "before": None, "after": TRIANGLE}))
    drawn, said = Edit.objects.order_by("version")
    assert "marks" not in row_of(drawn)
    assert row_of(said)["marks"] == said.marks
    assert check_edits(Annotation.objects.get(pk=annotation.pk)) is None


def test_what_is_kept_in_memory_is_what_the_log_says(annotation: Any, save: Any) -> None:
    for version, mark in enumerate([unclear(1, 2), unclear(1, is_undo=True), unclear(3)]):
        assert save(marked(version, mark)).status_code == 201
        fresh = Annotation.objects.get(pk=annotation.pk)
        assert facts_now(fresh).cells == facts_at(fresh, fresh.version).cells
    old = Annotation.objects.get(pk=annotation.pk)
    old.version = 1
    assert facts_now(old).cells == facts_at(old, 1).cells


def test_ten_thousand_cells_are_one_edit(annotation: Any, save: Any) -> None:
    Annotation.objects.filter(pk=annotation.pk).update(next_label=20_000)
    assert save(marked(0, unclear(*range(1, 10_001)))).status_code == 201
    assert len(facts_of(annotation).cells) == 10_000
