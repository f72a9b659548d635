"""Every page, asked by every role."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import get_resolver

from tests.architecture.access_table import Row
from tests.architecture.conftest import World
from tests.architecture.page_table import MOVED, PERSONAL, ROWS, SEEN, WITHOUT_ROWS
from tests.architecture.test_access import ROLES, Undo, expected, routes, shape

pytestmark = pytest.mark.django_db
SIGN_IN = "/account/sign-in"
SUBJECTS = sorted({row.url.split("/")[1] for row in ROWS})


def send(browser: Client, row: Row, world: World) -> Any:
    """The answer to the row's request; what it changed is taken back."""
    fields = {name: value.format(**world.ids) for name, value in (row.body or {}).items()}
    try:
        with transaction.atomic():
            answer = getattr(browser, row.method)(row.url.format(**world.ids), fields)
            if answer.streaming:
                b"".join(answer.streaming_content)
            raise Undo
    except Undo:
        return answer


@pytest.mark.parametrize("subject", SUBJECTS)
def test_every_role_gets_what_the_table_says(subject: str, world: World) -> None:
    wrong = []
    for row in ROWS:
        for role in ROLES if row.url.split("/")[1] == subject else []:
            answer = send(world.browsers[role], row, world)
            if role == "nobody":
                is_right = answer.status_code == MOVED and SIGN_IN in answer["Location"]
            else:
                is_right = answer.status_code == expected(row, role)
            if not is_right:
                wrong.append(f"{row} as {role}: {answer.status_code}")
    assert wrong == []


@pytest.mark.parametrize("address", PERSONAL)
def test_pages_of_a_person_are_for_whoever_is_signed_in(address: str, world: World) -> None:
    for role, browser in world.browsers.items():
        answer = browser.get(address)
        assert answer.status_code == (MOVED if role == "nobody" else SEEN), role


def test_every_page_has_a_row() -> None:
    known = {shape(row.url) for row in ROWS} | set(PERSONAL) | WITHOUT_ROWS
    pages = {shape(address) for address, _ in routes(get_resolver())}
    missing = {page for page in pages if not page.startswith("/api/")} - known
    assert missing == set()
