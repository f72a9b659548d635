"""The page of the viewer brings what the viewer would ask for first."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.cast import page_of

pytestmark = pytest.mark.django_db


def opening_in(page: str) -> dict[str, Any]:
    """What lies in the page for the browser's program."""
    found = re.search(r'<script id="opening" type="application/json">(.*?)</script>', page, re.S)
    assert found
    opening: dict[str, Any] = json.loads(found.group(1))
    return opening


@pytest.mark.parametrize("who", ["alice", "bob", "rita", "vera"])
def test_the_page_says_what_the_doors_say(
    annotation: Any, who: str, request: pytest.FixtureRequest
) -> None:
    client = page_of(request.getfixturevalue(who))
    page = client.get(f"/images/{annotation.image.pk}")
    opening = opening_in(page.content.decode())
    assert opening["image"] == client.get(f"/api/images/{annotation.image.pk}").json()
    told = client.get(f"/api/annotations/{annotation.pk}").json()
    # A moment is written with fewer digits in a page.
    assert opening["annotation"].pop("base")["segmentation"] == told.pop("base")["segmentation"]
    assert opening["annotation"] == told
    assert opening["objects"] == client.get(f"{_root(annotation)}/objects").json()["objects"]
    assert opening["edits"] == client.get(f"{_root(annotation)}/edits?after=0").json()["edits"]
    assert opening["settings"] == client.get("/api/me/settings").json()["settings"]
    assert "no-store" in page["Cache-Control"]


def _root(annotation: Any) -> str:
    return f"/api/annotations/{annotation.pk}"


def test_very_many_cells_are_left_for_later(annotation: Any, bob: Any) -> None:
    annotation.base.n_objects = 5001
    annotation.base.save()
    opening = opening_in(page_of(bob).get(f"/images/{annotation.image.pk}").content.decode())
    assert opening["objects"] is None
    assert opening["edits"] == []


def test_an_image_that_nobody_worked_on_has_no_annotation_yet(make_image: Any, bob: Any) -> None:
    image = make_image("a.tif")
    opening = opening_in(page_of(bob).get(f"/images/{image.pk}").content.decode())
    assert opening["annotation"] is None
    assert (opening["objects"], opening["edits"]) == (None, [])
    assert opening["image"]["annotation"] is None


def test_a_name_cannot_leave_the_data_block(make_image: Any, bob: Any) -> None:
    image = make_image("a.tif")
    image.name = "</script><script>alert(1)</script>"
    image.save()
    page = page_of(bob).get(f"/images/{image.pk}").content.decode()
    assert opening_in(page)["image"]["name"] == image.name
    assert "<script>alert" not in page
