"""What the tests of all apps share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

import pytest

from tests.cast import (  # noqa: F401 - fixtures for everybody
    alice,
    annotation,
    bob,
    carl,
    dataset,
    image,
    make_image,
    olga,
    project,
    read_file,
    rita,
    segment,
    vera,
)
from tests.services import SERVICES


@pytest.fixture(scope="session")
def services() -> Iterator[None]:
    """PostgreSQL and Valkey are up; tests that use the database get this by themselves."""
    SERVICES.start()
    return


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    services: None, django_db_modify_db_settings_parallel_suffix: None
) -> None:
    """The servers start when the first test wants the database."""


@pytest.fixture(scope="session", autouse=True)
def flush_passes_the_append_only_triggers() -> Iterator[None]:
    """Between transactional tests the tables are emptied, the logs too."""
    from django.db.backends.postgresql.operations import DatabaseOperations

    flush = DatabaseOperations.execute_sql_flush

    def flush_without_triggers(self: DatabaseOperations, sql_list: list[str]) -> None:
        flush(self, ["SET LOCAL session_replication_role = replica", *sql_list])

    DatabaseOperations.execute_sql_flush = flush_without_triggers
    yield
    DatabaseOperations.execute_sql_flush = flush


@pytest.fixture
def process_environment(transactional_db: None) -> dict[str, str]:
    """The environment of another process, such as a Celery worker, on this test's database."""
    from django.db import connection

    parts = urlsplit(os.environ["DATABASE_URL"])
    url = urlunsplit(parts._replace(path="/" + str(connection.settings_dict["NAME"])))
    return dict(os.environ) | {"DATABASE_URL": url}
