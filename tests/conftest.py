"""What the tests of all apps share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

import pytest

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


@pytest.fixture
def process_environment(transactional_db: None) -> dict[str, str]:
    """The environment of another process, such as a Celery worker, on this test's database."""
    from django.db import connection

    parts = urlsplit(os.environ["DATABASE_URL"])
    url = urlunsplit(parts._replace(path="/" + str(connection.settings_dict["NAME"])))
    return dict(os.environ) | {"DATABASE_URL": url}
