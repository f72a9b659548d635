"""The whole ASGI application: tiles past Django, parts of uploads straight from the connection."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator
from django.db import connection, connections

from tests.cast import page_of
from tests.webapp.api.tus import announce, offset_of
from webapp.actions.uploads import part_path
from webapp.models import Upload

pytestmark = pytest.mark.django_db(transaction=True)
Asking = Callable[..., Awaitable[tuple[int, dict[str, str], bytes]]]


@pytest.fixture
def http() -> Any:
    """The application behind `uvicorn`, without websockets."""
    from webapp.api.arriving import ArrivingHandler
    from webapp.api.lean import LeanDoors
    from webapp.api.tiles import IMAGE_TILE, image_tile

    doors = LeanDoors([(IMAGE_TILE, image_tile)], ArrivingHandler())
    yield doors
    doors.threads.submit(connections.close_all).result()
    doors.threads.shutdown()
    doors.otherwise.close()


def scope_of(method: str, path: str, headers: dict[str, str]) -> dict[str, Any]:
    """A request as the server hands it over."""
    pairs = {"host": "localhost", **headers}
    return {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": b"",
        "headers": [(name.lower().encode(), value.encode()) for name, value in pairs.items()],
    }


async def ask(
    application: Any, scope: dict[str, Any], messages: list[dict[str, Any]]
) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of the answer."""
    talk = ApplicationCommunicator(application, scope)
    for message in messages:
        await talk.send_input(message)
    start = await talk.receive_output(timeout=10)
    body = b""
    while True:
        part = await talk.receive_output(timeout=10)
        body += part.get("body", b"")
        if not part.get("more_body"):
            break
    await talk.wait(timeout=10)
    headers = {name.decode(): value.decode() for name, value in start["headers"]}
    return start["status"], headers, body


def request(content: bytes, more: bool = False) -> dict[str, Any]:
    """A piece of the body."""
    return {"type": "http.request", "body": content, "more_body": more}


def test_a_tile_comes_from_the_door_in_front_of_django(http: Any, image: Any, vera: Any) -> None:
    cookie = f"sessionid={page_of(vera).cookies['sessionid'].value}"
    path = f"/api/images/{image.pk}/tiles/{image.blob_id[:16]}/0/0/0/0/0/0"
    scope = scope_of("GET", path, {"Cookie": cookie})
    status, headers, body = asyncio.run(ask(http, scope, [request(b"")]))
    assert status == 200
    assert int(headers["content-length"]) == len(body)
    assert len(gzip.decompress(body)) == 512 * 512 * 2


def test_everything_else_goes_on_to_django(http: Any, vera: Any) -> None:
    scope = scope_of("GET", "/api/me", {})
    status, _, body = asyncio.run(ask(http, scope, [request(b"")]))
    assert status == 401
    assert b"not_authenticated" in body


def part(path: str, cookies: Any, offset: int) -> dict[str, Any]:
    """The head of a PATCH, from a page of the same site."""
    return scope_of(
        "PATCH",
        path,
        {
            "Content-Type": "application/offset+octet-stream",
            "Upload-Offset": str(offset),
            "Tus-Resumable": "1.0.0",
            "Cookie": f"sessionid={cookies['sessionid'].value}; csrftoken={'a' * 32}",
            "X-CSRFToken": "a" * 32,
        },
    )


def test_a_part_is_written_while_it_arrives(http: Any, bob: Any, dataset: Any) -> None:
    browser = page_of(bob)
    location = announce(browser, dataset, "a.tif", 9)["Location"]
    scope = part(location, browser.cookies, 0)
    pieces = [request(b"abc", True), request(b"", True), request(b"def", True), request(b"ghi")]
    status, headers, _ = asyncio.run(ask(http, scope, pieces))
    assert (status, headers["Upload-Offset"]) == (204, "9")
    assert part_path(Upload.objects.get().pk).read_bytes() == b"abcdefghi"


def test_what_arrived_before_the_connection_broke_is_kept(
    http: Any, bob: Any, dataset: Any
) -> None:
    browser = page_of(bob)
    location = announce(browser, dataset, "a.tif", 9)["Location"]
    pieces = [request(b"abcd", True), {"type": "http.disconnect"}]
    asyncio.run(ask(http, part(location, browser.cookies, 0), pieces))
    assert offset_of(browser, location) == 4
    status, _, _ = asyncio.run(ask(http, part(location, browser.cookies, 4), [request(b"efghi")]))
    assert status == 204
    assert part_path(Upload.objects.get().pk).read_bytes() == b"abcdefghi"


def test_a_part_from_a_foreign_page_is_refused(http: Any, bob: Any, dataset: Any) -> None:
    browser = page_of(bob)
    location = announce(browser, dataset, "a.tif", 3)["Location"]
    scope = part(location, browser.cookies, 0)
    scope["headers"] = [pair for pair in scope["headers"] if pair[0] != b"x-csrftoken"]
    status, _, _ = asyncio.run(ask(http, scope, [request(b"abc")]))
    assert status == 403
    assert offset_of(browser, location) == 0


def n_sessions() -> int:
    """How many connections the test's database has."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
        return int(cursor.fetchone()[0])


def test_requests_share_kept_database_connections(http: Any, vera: Any) -> None:
    cookie = f"sessionid={page_of(vera).cookies['sessionid'].value}"
    scope = scope_of("GET", "/api/me", {"Cookie": cookie})
    n_before = n_sessions()

    async def one_after_the_other() -> None:
        for _ in range(4):
            status, _, _ = await ask(http, scope, [request(b"")])
            assert status == 200

    async def at_once() -> list[int]:
        answers = await asyncio.gather(*(ask(http, scope, [request(b"")]) for _ in range(4)))
        return [status for status, _, _ in answers]

    asyncio.run(one_after_the_other())
    assert n_sessions() == n_before + 1
    assert asyncio.run(at_once()) == [200] * 4
    assert n_before + 1 <= n_sessions() <= n_before + 4
