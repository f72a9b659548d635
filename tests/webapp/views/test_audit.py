"""The audit page: filters, the check of the chain, and exports that others can check."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime
from typing import Any

from django.db import connection

from tests.visits import browser_of, words_of
from webapp.actions.datasets import create_dataset
from webapp.audit.chain import Link, first_break, link_hash
from webapp.audit.log import content_of
from webapp.models import AuditEvent


def test_milestones_are_listed_newest_first(alice: Any, project: Any, dataset: Any) -> None:
    said = words_of(browser_of(alice).get(f"/projects/{project.pk}/audit"))
    assert said.index("Dataset created") < said.rindex("Project created")


def test_milestones_are_filtered(alice: Any, olga: Any, project: Any, dataset: Any) -> None:
    browser, page = browser_of(alice), f"/projects/{project.pk}/audit"
    assert browser.get(page + "?verb=dataset.created").context["leaf"].paginator.count == 1
    assert browser.get(page + f"?person={alice.pk}").context["leaf"].paginator.count == 0
    assert browser.get(page + "?q=plate").context["leaf"].paginator.count == 1


def test_a_whole_chain_is_said_to_hold(alice: Any, project: Any, dataset: Any) -> None:
    said = words_of(browser_of(alice).post(f"/projects/{project.pk}/audit"))
    head = AuditEvent.objects.filter(scope=str(project.pk)).latest("sequence").hash
    assert f"The chain holds , 2 events, head {head}" in said


def test_a_changed_row_is_named(alice: Any, project: Any, dataset: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE webapp_auditevent SET actor_name = 'Nobody' WHERE sequence = 2")
    said = words_of(browser_of(alice).post(f"/projects/{project.pk}/audit"))
    assert "The chain breaks at row 2:" in said


def test_the_exported_log_can_be_recomputed(alice: Any, project: Any, dataset: Any) -> None:
    response = browser_of(alice).get(f"/projects/{project.pk}/audit.json")
    rows = json.loads(b"".join(response.streaming_content))
    links = []
    for row in sorted(rows, key=lambda row: row["sequence"]):
        content = {key: row[key] for key in row if key not in ("prev_hash", "hash")}
        content["created_at"] = datetime.fromisoformat(row["created_at"])
        content["scope"] = str(project.pk)
        links.append(Link(row["sequence"], content, row["prev_hash"], row["hash"]))
    assert len(links) == 2
    assert first_break(links) is None


def test_an_exported_name_is_no_formula(alice: Any, project: Any) -> None:
    create_dataset(actor=alice, project_id=project.pk, name="=1+1")
    response = browser_of(alice).get(f"/projects/{project.pk}/audit.csv")
    rows = list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode())))
    assert rows[0]["subject_name"] == "'=1+1"
    event = AuditEvent.objects.get(subject_name="=1+1")
    assert rows[0]["hash"] == event.hash == link_hash(event.prev_hash, content_of(event))
