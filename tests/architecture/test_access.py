"""Every address of the API, asked by every role: nobody gets more or less than the table says."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft202012Validator

from tests.architecture.access_table import ROWS, Row
from tests.architecture.conftest import World
from webapp.permissions import RANK

pytestmark = pytest.mark.django_db
ROLES = ["nobody", "stranger", *RANK]
METHODS = ("get", "post", "put", "patch", "delete")


class Undo(Exception):
    """Takes back what one request changed."""


def expected(row: Row, role: str) -> int:
    """The status that the row promises to a role."""
    if role == "nobody":
        return row.nobody
    if role == "stranger":
        return row.ok if row.ok == 404 else row.stranger
    return row.ok if RANK[role] >= RANK[row.least] else row.below


def send(browser: Client, row: Row, world: World, painted: dict[str, Any]) -> Any:
    """The answer to the row's request; what it changed is taken back."""
    headers = {name: value.format(**world.ids) for name, value in row.headers.items()}
    kind = headers.pop("Content-Type", "application/json")
    body = row.body
    if not isinstance(body, bytes):
        text = json.dumps(body) if body is not None else ""
        body = text.replace('"{patch}"', json.dumps(painted))
    url = row.url.format(**world.ids)
    try:
        with transaction.atomic():
            answer = browser.generic(row.method.upper(), url, body, kind, headers=headers)
            if answer.streaming:
                b"".join(answer.streaming_content)
            raise Undo
    except Undo:
        return answer


@pytest.fixture(scope="session")
def description() -> dict[str, Any]:
    """The OpenAPI description as the server gives it."""
    return json.loads(json.dumps(SchemaGenerator().get_schema(public=True), default=str))


def check_answer(answer: Any, row: Row, description: dict[str, Any]) -> None:
    """What came back is what the description says; a refusal has a sentence and a word."""
    if row.method == "head" or not answer.get("Content-Type", "").startswith("application/json"):
        return
    doors = description["paths"]
    path = min((path for path in doors if matches(path, row.url)), key=lambda path: path.count("{"))
    promised = doors[path][row.method]["responses"]
    assert str(answer.status_code) in promised, answer.content
    if answer.status_code >= 400:
        assert {"detail", "code"} <= set(answer.json())
    schema = promised[str(answer.status_code)]["content"]["application/json"]["schema"]
    Draft202012Validator({**schema, "components": description["components"]}).validate(
        answer.json()
    )


def matches(template: str, url: str) -> bool:
    """Is `/api/images/{image}` the address `/api/images/{image_id}`?"""
    ours, theirs = url.split("/"), template.split("/")
    return len(ours) == len(theirs) and all(
        a == b or b.startswith("{") for a, b in zip(ours, theirs, strict=True)
    )


SUBJECTS = sorted({row.url.split("/")[2] for row in ROWS})


@pytest.mark.parametrize("subject", SUBJECTS)
def test_every_role_gets_what_the_table_says(
    subject: str, world: World, painted: dict[str, Any], description: dict[str, Any]
) -> None:
    wrong = []
    for row in ROWS:
        for role in ROLES if row.url.split("/")[2] == subject else []:
            answer = send(world.browsers[role], row, world, painted)
            if answer.status_code != expected(row, role):
                content = getattr(answer, "content", b"")[:200]
                wrong.append(f"{row} as {role}: {answer.status_code} {content!r}")
            check_answer(answer, row, description)
    assert wrong == []


def routes(resolver: URLResolver, prefix: str = "/") -> list[tuple[str, URLPattern]]:
    """Every address of a resolver with the view behind it."""
    found: list[tuple[str, URLPattern]] = []
    for pattern in resolver.url_patterns:
        address = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            found += routes(pattern, address)
        else:
            found.append((address, pattern))
    return found


def test_every_address_and_method_of_the_api_has_a_row() -> None:
    rows = {(row.method, shape(row.url)) for row in ROWS}
    missing = []
    for address, pattern in routes(get_resolver()):
        if not address.startswith("/api/"):
            continue
        view = pattern.callback.view_class
        missing += [
            f"{method} {address}"
            for method in METHODS
            if hasattr(view, method) and (method, shape(address)) not in rows
        ]
    assert missing == []


def shape(address: str) -> str:
    """The address with a star for every part that varies."""
    parts = address.split("/")
    after = {"axes", "channels", "files", "parts", "settings"}
    return "/".join(
        "*" if (part[:1] in "{<" and part) or before in after else part
        for before, part in zip(["", *parts], parts, strict=False)
    )
