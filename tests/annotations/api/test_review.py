"""Submit, approve, send back, reopen: by whom, when, and what is pinned."""

from __future__ import annotations

from typing import Any

import pytest

from annotations.labels.digest import label_digest
from annotations.models import Annotation, Approval
from tests.cast import HEIGHT, WIDTH, caller, edit_of, page_of, patch_of, squares
from webapp.models import AuditEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(annotation: Any) -> Any:
    """`ask(person, "submit", {...})`: one step of the review by a person."""

    def step(person: Any, verb: str, content: Any = None) -> Any:
        return caller(page_of(person))("post", f"/api/annotations/{annotation.pk}/{verb}", content)

    return step


def paint(annotation: Any, person: Any, row: int, base_version: int) -> None:
    """Take one row of pixels from the first square."""
    edit = edit_of(base_version, patch_of((row, 10, row + 1, 30), 1, 0), kind="erase")
    url = f"/api/annotations/{annotation.pk}/edits"
    assert caller(page_of(person))("post", url, edit).status_code == 201


def test_an_approval_pins_version_and_digest(
    annotation: Any, ask: Any, bob: Any, rita: Any
) -> None:
    paint(annotation, bob, 10, 0)
    assert ask(bob, "submit").json()["state"] == "in_review"
    told = ask(rita, "approve", {"version": 1}).json()
    assert told["state"] == "approved"
    expected = squares()
    expected[0, 0, 10, 10:30] = 0
    approval = Approval.objects.get()
    assert approval.digest == label_digest((1, 1, HEIGHT, WIDTH), [expected[0, 0]])
    assert (told["approval"]["digest"], told["approval"]["version"]) == (approval.digest, 1)
    annotation.image.refresh_from_db()
    assert (annotation.image.state, annotation.image.n_cells) == ("approved", 3)
    event = AuditEvent.objects.get(verb="annotation.approved")
    assert event.detail["digest"] == approval.digest


def test_nobody_approves_her_own_last_edit(annotation: Any, ask: Any, rita: Any) -> None:
    paint(annotation, rita, 10, 0)
    ask(rita, "submit")
    refused = ask(rita, "approve", {"version": 1})
    assert refused.status_code == 403
    assert "somebody else" in refused.json()["detail"]
    assert Approval.objects.count() == 0


def test_the_reviewer_may_approve_when_somebody_else_edited_last(
    annotation: Any, ask: Any, bob: Any, rita: Any
) -> None:
    paint(annotation, rita, 10, 0)
    paint(annotation, bob, 11, 1)
    ask(bob, "submit")
    assert ask(rita, "approve", {"version": 2}).status_code == 200


def test_approving_another_version_than_the_one_seen_is_a_conflict(
    ask: Any, bob: Any, rita: Any
) -> None:
    ask(bob, "submit")
    assert ask(rita, "approve", {"version": 5}).status_code == 409


def test_sending_back_needs_words(annotation: Any, ask: Any, bob: Any, rita: Any) -> None:
    ask(bob, "submit")
    assert ask(rita, "send_back", {"comment": "   "}).status_code == 400
    told = ask(rita, "send_back", {"comment": "Split cell 2."}).json()
    assert told["state"] == "sent_back"
    assert told["comments"][-1]["text"] == "Split cell 2."
    assert told["comments"][-1]["author"] == "Rita"
    paint(annotation, bob, 10, 0)
    assert ask(bob, "submit").json()["state"] == "in_review"


def test_reopening_needs_a_reason_and_revokes_the_approval(
    annotation: Any, ask: Any, bob: Any, rita: Any
) -> None:
    ask(bob, "submit")
    ask(rita, "approve", {"version": 0})
    assert ask(rita, "reopen", {"reason": ""}).status_code == 400
    assert ask(bob, "reopen", {"reason": "a cell is missing"}).status_code == 403
    told = ask(rita, "reopen", {"reason": "a cell is missing"}).json()
    assert (told["state"], told["approval"]) == ("corrected", None)
    assert Approval.objects.get().revoked_at is not None
    paint(annotation, bob, 10, 0)


@pytest.mark.parametrize(
    ("verb", "content"),
    [("approve", {"version": 0}), ("send_back", {"comment": "x"}), ("reopen", {"reason": "x"})],
)
def test_a_step_out_of_turn_is_refused(ask: Any, rita: Any, verb: str, content: Any) -> None:
    assert ask(rita, verb, content).status_code == 409


def test_what_one_may_do_is_told_with_reasons(annotation: Any, ask: Any, vera: Any) -> None:
    told = page_of(vera).get(f"/api/annotations/{annotation.pk}").json()
    assert not any(told["can"].values())
    assert set(told["reasons"]) == set(told["can"])


def test_masks_that_were_replaced_are_not_submitted(annotation: Any, ask: Any, bob: Any) -> None:
    # As when another segmentation is adopted while the page still shows this one.
    Annotation.objects.filter(pk=annotation.pk).update(is_current=False)
    answer = ask(bob, "submit")
    assert (answer.status_code, answer.json()["code"]) == (409, "replaced")
    annotation.refresh_from_db()
    assert annotation.state == "segmented"
