"""The audit log: written with what it tells about, never changed, and proven by recomputing."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from tests.cast import caller, edit_of, page_of, patch_of
from webapp.actions.datasets import change_dataset, create_dataset
from webapp.audit.log import check_chain, record_event
from webapp.audit.verbs import Verb
from webapp.models import AuditEvent, Dataset

pytestmark = pytest.mark.django_db
TABLES = ["webapp_auditevent", "annotations_edit"]


def execute(statement: str, *arguments: Any) -> None:
    """Run SQL behind the back of the application."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, arguments)


def tamper(statement: str, *arguments: Any) -> None:
    """What only an administrator of the database can do: switch the triggers off, and write."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement, arguments)
        cursor.execute("SET LOCAL session_replication_role = origin")


@pytest.fixture
def worked_on(annotation: Any, bob: Any) -> Any:
    """The annotation with two edits."""
    for version, row in enumerate((10, 11)):
        edit = edit_of(version, patch_of((row, 10, row + 1, 30), 1, 0))
        url = f"/api/annotations/{annotation.pk}/edits"
        assert caller(page_of(bob))("post", url, edit).status_code == 201
    annotation.refresh_from_db()
    return annotation


def test_every_action_leaves_one_milestone_with_before_and_after(olga: Any, dataset: Any) -> None:
    change_dataset(actor=olga, dataset_id=dataset.pk, name="Plate 9")
    event = AuditEvent.objects.get(verb=Verb.DATASET_CHANGED)
    assert (event.actor_name, event.subject_id) == ("Olga", str(dataset.pk))
    assert event.detail == {"name": ["Plate 1", "Plate 9"]}


def test_an_action_that_fails_leaves_no_milestone(olga: Any, project: Any) -> None:
    n_before = AuditEvent.objects.count()

    @transaction.atomic
    def stop_half_way() -> None:
        create_dataset(actor=olga, project_id=project.pk, name="Lost")
        raise RuntimeError("the power goes")

    with pytest.raises(RuntimeError):
        stop_half_way()
    assert AuditEvent.objects.count() == n_before
    assert not Dataset.objects.filter(name="Lost").exists()


@pytest.mark.django_db(transaction=True)
def test_a_milestone_outside_of_a_transaction_is_refused(olga: Any, project: Any) -> None:
    with pytest.raises(RuntimeError):
        record_event(olga, Verb.PROJECT_CHANGED, project, project=project)


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("statement", ["UPDATE {} SET hash = 'x'", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_database_refuses_to_change_the_logs(
    worked_on: Any, table: str, statement: str
) -> None:
    with pytest.raises(DatabaseError, match=r"never changed or removed|restrict"):
        execute(statement.format(table))


def test_deleting_what_a_milestone_tells_about_leaves_the_milestone(
    olga: Any, dataset: Any
) -> None:
    n_before = AuditEvent.objects.count()
    dataset.delete()
    olga_events = AuditEvent.objects.filter(subject_kind="dataset")
    assert AuditEvent.objects.count() == n_before
    assert olga_events.get().subject_name == "Plate 1"


def test_verify_says_that_every_chain_holds(worked_on: Any) -> None:
    output = io.StringIO()
    call_command("verify", stdout=output)
    assert "Every chain holds" in output.getvalue()
    assert "2 edits" in output.getvalue()


def test_verify_names_the_milestone_that_was_changed(worked_on: Any, vera: Any) -> None:
    project = worked_on.project
    event = AuditEvent.objects.filter(scope=str(project.pk), verb=Verb.IMAGE_ADDED).get()
    tamper("UPDATE webapp_auditevent SET actor_name = 'Mallory' WHERE id = %s", event.pk)
    found = check_chain(str(project.pk))
    assert found is not None
    assert found.place == event.sequence
    errors = io.StringIO()
    with pytest.raises(CommandError):
        call_command("verify", stderr=errors, stdout=io.StringIO())
    assert f"audit log of {project.pk}, row {event.sequence}: its content" in errors.getvalue()
    told = page_of(vera).get(f"/api/projects/{project.pk}/audit/verify").json()
    assert told["holds"] is False
    assert f"row {event.sequence}" in told["broken"][0]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE annotations_edit SET patches = '[]' WHERE version = 2",
        "UPDATE annotations_edit SET author_name = 'Mallory' WHERE version = 2",
        "UPDATE annotations_edit SET created_at = now() WHERE version = 2",
        "DELETE FROM annotations_edit WHERE version = 2",
    ],
)
def test_verify_names_the_edit_that_was_changed(worked_on: Any, statement: str) -> None:
    tamper(statement)
    errors = io.StringIO()
    with pytest.raises(CommandError):
        call_command("verify", stderr=errors, stdout=io.StringIO())
    line = errors.getvalue()
    assert str(worked_on.pk) in line
    assert "version 1" in line if statement.startswith("DELETE") else "version 2" in line


def test_the_api_tells_an_untouched_history_and_its_head(worked_on: Any, vera: Any) -> None:
    told = page_of(vera).get(f"/api/projects/{worked_on.project.pk}/audit/verify").json()
    newest = AuditEvent.objects.filter(scope=str(worked_on.project.pk)).order_by("-sequence")[0]
    assert told["holds"] is True
    assert told["broken"] == []
    assert (told["head"], told["n_edits"], told["n_annotations"]) == (newest.hash, 2, 1)


def test_the_log_can_be_searched(worked_on: Any, vera: Any) -> None:
    url = f"/api/projects/{worked_on.project.pk}/audit"
    browser = page_of(vera)
    by_verb = browser.get(url, {"verb": "image.added"}).json()
    assert [row["subject_name"] for row in by_verb["results"]] == ["squares"]
    by_text = browser.get(url, {"text": "quare", "page_size": 1}).json()
    assert by_text["count"] >= 2
    assert len(by_text["results"]) == 1
    assert by_text["next"]
