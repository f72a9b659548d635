"""Classes of cells: who makes them, what they may be, and that none in use goes silently."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from annotations.models import Annotation, CellClass
from annotations.queries.classes import Use, use_of_classes
from annotations.queries.facts import facts_at
from tests.cast import SQUARES, caller, edit_of, page_of, patch_of
from webapp.models import AuditEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def manage(project: Any, alice: Any) -> Any:
    """Alice's browser makes a class."""
    browser = caller(page_of(alice))
    return lambda **fields: browser("post", f"/api/projects/{project.pk}/classes", fields)


def give(annotation: Any, person: Any, after: str | None, *labels: int, at: int = 0) -> Any:
    """A person gives cells a class, or takes away the one that they have."""
    facts = facts_at(annotation, at)
    edit = {
        "client_id": str(uuid4()),
        "base_version": at,
        "kind": "classify",
        "patches": [],
        "marks": [
            {
                "labels": list(labels),
                "before": {"class": facts.of_cell(labels[0])["class"]},
                "after": {"class": after},
            }
        ],
    }
    url = f"/api/annotations/{annotation.pk}/edits"
    return caller(page_of(person))("post", url, edit)


def last_event() -> AuditEvent:
    """The newest milestone."""
    event = AuditEvent.objects.order_by("created_at").last()
    assert event is not None
    return event


def test_a_class_gets_the_first_free_color_and_key(manage: Any, vera: Any, project: Any) -> None:
    assert manage(name="Mitotic").status_code == 201
    assert manage(name="Dead", key="D").json()["key"] == "d"
    assert manage(name="Debris").json()["color"] == "green"
    listed = caller(page_of(vera))("get", f"/api/projects/{project.pk}/classes").json()
    told = [(row["name"], row["color"], row["key"]) for row in listed["classes"]]
    assert told == [("Mitotic", "orange", "1"), ("Dead", "sky", "d"), ("Debris", "green", "2")]
    assert last_event().detail == {"name": "Debris", "color": "green", "key": "2"}


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": " "}, "may not be blank"),
        ({"name": "mitotic"}, "There is a class called mitotic already"),
        ({"name": "x" * 61}, "longer than 60"),
        ({"name": "Dead", "key": "1"}, "The key 1 is that of Mitotic"),
        ({"name": "Dead", "key": "0"}, "a digit from 1 to 9"),
        ({"name": "Dead", "key": "12"}, "a digit from 1 to 9"),
        ({"name": "Dead", "color": "#ff0000"}, "is not a valid choice"),
    ],
)
def test_what_a_class_cannot_be_is_said(manage: Any, fields: Any, words: str) -> None:
    manage(name="Mitotic")
    answer = manage(**fields)
    assert answer.status_code == 400
    assert words in answer.json()["detail"]


def test_a_change_keeps_before_and_after_in_the_log(manage: Any, alice: Any) -> None:
    made = manage(name="Mitotic").json()
    url = f"/api/classes/{made['id']}"
    answer = caller(page_of(alice))("patch", url, {"name": "In mitosis", "color": "orange"})
    assert answer.json()["name"] == "In mitosis"
    assert last_event().verb == "cell_class.changed"
    assert last_event().detail == {"name": ["Mitotic", "In mitosis"]}


def test_bob_cannot_make_one_and_carl_sees_nothing(project: Any, bob: Any, carl: Any) -> None:
    url = f"/api/projects/{project.pk}/classes"
    assert caller(page_of(bob))("post", url, {"name": "Dead"}).status_code == 403
    assert caller(page_of(carl))("get", url).status_code == 404


def test_a_class_that_cells_have_is_not_removed_silently(
    manage: Any, alice: Any, bob: Any, annotation: Any
) -> None:
    made = manage(name="Mitotic").json()
    assert give(annotation, bob, made["id"], 1, 2).status_code == 201
    browser, url = caller(page_of(alice)), f"/api/classes/{made['id']}"
    refused = browser("delete", url)
    assert (refused.status_code, refused.json()["code"]) == (409, "in_use")
    assert (refused.json()["n_cells"], refused.json()["n_images"]) == (2, 1)
    assert "2 cells in 1 image are called Mitotic" in refused.json()["detail"]
    assert browser("delete", f"{url}?even_if_used=true").status_code == 204
    assert last_event().detail == {"name": "Mitotic", "n_cells": "2", "n_images": "1"}
    told = browser("get", f"/api/annotations/{annotation.pk}").json()["classes"]
    assert [(row["name"], row["is_removed"]) for row in told] == [("Mitotic", True)]
    annotation = Annotation.objects.get(pk=annotation.pk)
    assert facts_at(annotation, annotation.version).of_cell(1)["class"] == made["id"]


def test_a_cell_that_was_deleted_does_not_count(
    manage: Any, alice: Any, bob: Any, annotation: Any
) -> None:
    made = manage(name="Mitotic").json()
    give(annotation, bob, made["id"], 1, 2)
    browser, url = caller(page_of(bob)), f"/api/annotations/{annotation.pk}/edits"
    deletion = edit_of(1, patch_of(SQUARES[1], 1, 0), kind="delete")
    assert browser("post", url, deletion).status_code == 201
    assert use_of_classes(annotation.image.dataset.project) == {made["id"]: Use(1, 1)}
    back = edit_of(2, patch_of(SQUARES[1], 0, 1), kind="brush")
    assert browser("post", url, back).status_code == 201
    assert use_of_classes(annotation.image.dataset.project) == {made["id"]: Use(2, 1)}


def test_a_class_is_free_again_once_its_cells_have_another(
    manage: Any, alice: Any, bob: Any, annotation: Any
) -> None:
    first, second = manage(name="Mitotic").json()["id"], manage(name="Dead").json()["id"]
    give(annotation, bob, first, 1)
    assert give(annotation, bob, second, 1, at=1).status_code == 201
    assert caller(page_of(alice))("delete", f"/api/classes/{first}").status_code == 204
    assert manage(name="mitotic", key="1").status_code == 201


def test_cells_get_classes_of_their_own_project_only(annotation: Any, bob: Any, carl: Any) -> None:
    from annotations.actions.classes import create_class
    from webapp.models import Project

    elsewhere = Project.objects.get(name="Elsewhere")
    foreign = create_class(actor=carl, project_id=elsewhere.pk, name="Theirs")
    for class_id in (str(foreign.pk), str(uuid4())):
        answer = give(annotation, bob, class_id, 1)
        assert answer.status_code == 400
        assert "no such class" in answer.json()["detail"]


def test_a_removed_class_can_still_come_from_an_edit_that_was_waiting(
    manage: Any, alice: Any, bob: Any, annotation: Any
) -> None:
    made = manage(name="Mitotic").json()["id"]
    caller(page_of(alice))("delete", f"/api/classes/{made}")
    assert give(annotation, bob, made, 1).status_code == 201
    assert CellClass.objects.get(pk=made).removed_at is not None
