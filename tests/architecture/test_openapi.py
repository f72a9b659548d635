"""openapi.json at the root of the repository is what the server says about its API."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from tests.cast import make_person

SNAPSHOT = Path(__file__).resolve().parents[2] / "openapi.json"


def test_the_snapshot_is_current(tmp_path: Path) -> None:
    fresh = tmp_path / "openapi.json"
    call_command("schema", file=str(fresh))
    assert json.loads(SNAPSHOT.read_text()) == json.loads(fresh.read_text()), (
        "The API has changed: run `python3 manage.py schema` and look at what differs."
    )
    assert SNAPSHOT.read_bytes() == fresh.read_bytes()


def test_the_description_is_valid_and_complete() -> None:
    with GENERATOR_STATS.silence():
        description = SchemaGenerator().get_schema(public=True)
        assert not GENERATOR_STATS
    validate_schema(description)
    for path, door in description["paths"].items():
        for method, operation in door.items():
            assert operation["description"], f"{method} {path} says nothing"


@pytest.mark.django_db
def test_the_server_tells_it_to_whoever_is_signed_in() -> None:
    browser = Client()
    browser.force_login(make_person("Vera"))
    told = json.loads(browser.get("/api/schema/").content)
    assert told["info"]["title"] == "Coverslip"
    assert told["paths"] == json.loads(SNAPSHOT.read_text())["paths"]
