"""Websockets: members hear what happens, strangers hear nothing."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.db import database_sync_to_async
from channels.layers import channel_layers
from django.contrib.auth.models import AnonymousUser
from django.db import connections

from annotations.actions.classes import create_class
from annotations.sockets.routes import routes as annotation_routes
from tests.cast import caller, edit_of, page_of, patch_of
from tests.webapp.sockets.talk import Talk
from webapp.actions.datasets import create_dataset
from webapp.actions.members import remove_member
from webapp.sockets.groups import NOT_HERE, SIGNED_OUT
from webapp.sockets.routes import routes as project_routes

pytestmark = pytest.mark.django_db(transaction=True)


class As:
    """The routes of the websockets, with somebody signed in."""

    def __init__(self, person: Any) -> None:
        from channels.routing import URLRouter

        self.person, self.routes = person, URLRouter([*project_routes, *annotation_routes])

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        await self.routes({**scope, "user": self.person}, receive, send)


@pytest.fixture(autouse=True)
def fresh_layer() -> Any:
    """Every test has its own event loop and connections, to the broker and the database."""
    channel_layers.backends.clear()
    yield
    channel_layers.backends.clear()
    asyncio.run(sync_to_async(connections.close_all)())


async def close(*talks: Talk) -> None:
    """Close windows, and this loop's connection to the broker."""
    for talk in talks:
        await talk.disconnect()
    await channel_layers["default"].flush()


async def hear(talk: Talk, kind: str) -> dict[str, Any]:
    """The next message of a kind; others are passed over."""
    for _ in range(20):
        message: dict[str, Any] = await talk.hear()
        if message["type"] == kind:
            return message
    raise AssertionError(f"no {kind} came")


@pytest.mark.parametrize("who", ["carl", "nobody", "closed account"])
@pytest.mark.parametrize("what", ["projects", "annotations"])
def test_a_stranger_hears_nothing(
    who: str, what: str, carl: Any, vera: Any, annotation: Any
) -> None:
    vera.is_active = False
    vera.save()
    person = {"carl": carl, "nobody": AnonymousUser(), "closed account": vera}[who]
    subject = annotation.project if what == "projects" else annotation

    async def knock() -> tuple[bool, int | None]:
        talk = Talk(As(person), f"/ws/{what}/{subject.pk}")
        is_open, code = await talk.connect()
        return is_open, code

    assert asyncio.run(knock()) == (False, NOT_HERE)


def test_members_hear_what_happens_in_their_project(vera: Any, olga: Any, project: Any) -> None:
    async def listen() -> dict[str, Any]:
        talk = Talk(As(vera), f"/ws/projects/{project.pk}")
        assert (await talk.connect())[0]
        await database_sync_to_async(create_dataset)(
            actor=olga, project_id=project.pk, name="Plate 2"
        )
        message = await hear(talk, "audit")
        await close(talk)
        return message

    assert asyncio.run(listen())["verb"] == "dataset.created"


@pytest.mark.parametrize("what", ["projects", "annotations"])
def test_whoever_signs_out_hears_nothing_more(
    what: str, bob: Any, rita: Any, annotation: Any
) -> None:
    subject = annotation.project if what == "projects" else annotation
    browser = page_of(bob)

    async def listen() -> dict[str, Any]:
        talks = [Talk(As(person), f"/ws/{what}/{subject.pk}") for person in (bob, rita)]
        for talk in talks:
            assert (await talk.connect())[0]
        await database_sync_to_async(browser.post)("/account/sign-out")
        for _ in range(20):
            answer: dict[str, Any] = await talks[0].receive_output()
            if answer["type"] == "websocket.close":
                break
        await talks[1].say({"type": "cursor", "t": 0, "z": 0, "y": 1, "x": 1})
        await close(*talks)
        return answer

    assert asyncio.run(listen()) == {"type": "websocket.close", "code": SIGNED_OUT}


def test_a_stroke_lands_in_the_windows_of_the_others(annotation: Any, bob: Any, rita: Any) -> None:
    edit = edit_of(0, patch_of((10, 10, 11, 30), 1, 0))
    url = f"/api/annotations/{annotation.pk}/edits"
    browser = caller(page_of(bob))

    async def watch() -> dict[str, Any]:
        talk = Talk(As(rita), f"/ws/annotations/{annotation.pk}")
        assert (await talk.connect())[0]
        saved = await database_sync_to_async(browser)("post", url, edit)
        assert saved.status_code == 201
        message = await hear(talk, "edit")
        await close(talk)
        return message

    heard = asyncio.run(watch())["edit"]
    assert (heard["version"], heard["client_id"]) == (1, edit["client_id"])
    assert heard["patches"] == edit["patches"]
    assert heard["author"] == {"id": str(bob.pk), "name": "Bob"}


def test_open_images_hear_that_the_classes_have_changed(
    annotation: Any, project: Any, alice: Any, bob: Any
) -> None:
    async def watch() -> dict[str, Any]:
        talk = Talk(As(bob), f"/ws/annotations/{annotation.pk}")
        assert (await talk.connect())[0]
        make = database_sync_to_async(create_class)
        await make(actor=alice, project_id=project.pk, name="Mitotic")
        message = await hear(talk, "classes")
        await close(talk)
        return message

    assert asyncio.run(watch()) == {"type": "classes"}


def test_people_see_each_other_and_each_others_cursors(
    annotation: Any, bob: Any, rita: Any
) -> None:
    async def meet() -> tuple[set[str], dict[str, Any]]:
        path = f"/ws/annotations/{annotation.pk}"
        first, second = (Talk(As(person), path) for person in (bob, rita))
        assert (await first.connect())[0]
        assert (await second.connect())[0]
        names: set[str] = set()
        while names != {"Bob", "Rita"}:
            people = (await hear(first, "people"))["people"]
            names = {person["name"] for person in people}
        await second.say({"type": "cursor", "t": 0, "z": 0, "y": 3.5, "x": 4})
        cursor = await hear(first, "cursor")
        await close(first, second)
        return names, cursor

    names, cursor = asyncio.run(meet())
    assert names == {"Bob", "Rita"}
    assert (cursor["name"], cursor["y"], cursor["x"]) == ("Rita", 3.5, 4)


@pytest.mark.parametrize(
    "message",
    [{"type": "cursor", "y": "far"}, {"type": "edit", "edit": {}}, [], {"type": "people"}],
    ids=str,
)
def test_what_a_window_may_not_say_is_not_passed_on(
    annotation: Any, bob: Any, rita: Any, message: Any
) -> None:
    async def speak() -> dict[str, Any]:
        path = f"/ws/annotations/{annotation.pk}"
        first, second = (Talk(As(person), path) for person in (bob, rita))
        await first.connect()
        await second.connect()
        await second.say(message)
        await second.say({"type": "cursor", "t": 0, "z": 0, "y": 1, "x": 1})
        heard = await first.hear()
        while heard["type"] == "people":
            heard = await first.hear()
        await close(first, second)
        return heard

    assert asyncio.run(speak())["type"] == "cursor"


def test_a_removed_member_is_disconnected_at_once(vera: Any, olga: Any, project: Any) -> None:
    async def listen() -> int:
        talk = Talk(As(vera), f"/ws/projects/{project.pk}")
        assert (await talk.connect())[0]
        await database_sync_to_async(remove_member)(
            actor=olga, project_id=project.pk, user_id=vera.pk
        )
        for _ in range(5):
            output = await talk.receive_output()
            if output["type"] == "websocket.close":
                return int(output["code"])
        raise AssertionError("it stayed open")

    assert asyncio.run(listen()) == NOT_HERE
