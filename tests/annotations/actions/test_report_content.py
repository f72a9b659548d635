"""What a report says of each cell: the method's confidence only where nobody changed the cell."""

from __future__ import annotations

from typing import Any

from annotations.actions.edit import reserve_labels, save_edit
from annotations.actions.report import request_report
from annotations.actions.report_content import gathered
from tests.cast import SQUARES, edit_of, patch_of


def confidences_in_a_report(person: Any, annotation: Any) -> dict[int, float]:
    """What a report that is asked for now says of the only image."""
    report = request_report(
        actor=person, dataset_id=annotation.image.dataset_id, is_approved_only=False
    )
    with gathered(report) as content:
        return dict(content.images[0].confidences)


def save(person: Any, annotation: Any, edit: dict[str, Any]) -> None:
    """The edit as the viewer's door saves it."""
    save_edit(
        actor=person,
        annotation_id=annotation.pk,
        client_id=edit["client_id"],
        base_version=edit["base_version"],
        kind=edit["kind"],
        patches_json=edit["patches"],
    )


def test_cells_as_the_method_left_them_have_their_confidence(bob: Any, annotation: Any) -> None:
    assert confidences_in_a_report(bob, annotation) == {1: 0.9, 2: 0.9, 3: 0.9}


def test_a_cell_that_was_drawn_or_changed_has_none(bob: Any, annotation: Any) -> None:
    new, _ = reserve_labels(actor=bob, annotation_id=annotation.pk, count=1)
    drawn, grown = patch_of((200, 200, 220, 220), 0, new), patch_of((30, 10, 35, 30), 0, 1)
    save(bob, annotation, edit_of(0, drawn))
    save(bob, annotation, edit_of(1, grown))
    assert confidences_in_a_report(bob, annotation) == {2: 0.9, 3: 0.9}


def test_a_change_that_was_taken_back_is_none(bob: Any, annotation: Any) -> None:
    save(bob, annotation, edit_of(0, patch_of(SQUARES[1], 1, 0)))
    assert 1 not in confidences_in_a_report(bob, annotation)
    save(bob, annotation, edit_of(1, patch_of(SQUARES[1], 0, 1)))
    assert confidences_in_a_report(bob, annotation) == {1: 0.9, 2: 0.9, 3: 0.9}
