"""Every page for every role: a visitor signs in, an outsider finds nothing, a member her due."""

from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client

from tests.visits import browser_of

PAGES = (
    "/projects/{project}",
    "/projects/{project}/people",
    "/projects/{project}/audit",
    "/projects/{project}/audit.csv",
    "/projects/{project}/audit.json",
    "/datasets/{dataset}",
    "/datasets/{dataset}?view=table",
    "/datasets/{dataset}/report",
    "/images/{image}",
    "/images/{image}/details",
)
FOR_ANNOTATORS = ("/datasets/{dataset}/upload", "/datasets/{dataset}/run")
FOR_MANAGERS = ("/projects/{project}/trash",)
FOR_EVERYBODY = ("/", "/review", "/models", "/account", "/guide/", "/guide/demo")


@pytest.fixture
def addresses(project: Any, dataset: Any, annotation: Any) -> Callable[[str], str]:
    """Fills in the ids of the project, the dataset and the image."""
    ids = {"project": project.pk, "dataset": dataset.pk, "image": annotation.image_id}
    return lambda pattern: pattern.format(**ids)


@pytest.mark.parametrize("page", [*PAGES, *FOR_ANNOTATORS, *FOR_MANAGERS])
def test_a_visitor_is_sent_to_sign_in(addresses: Callable[[str], str], page: str) -> None:
    response = Client().get(addresses(page))
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/account/sign-in?next=")


@pytest.mark.parametrize("page", [*PAGES, *FOR_ANNOTATORS, *FOR_MANAGERS])
def test_an_outsider_finds_nothing(addresses: Callable[[str], str], carl: Any, page: str) -> None:
    assert browser_of(carl).get(addresses(page)).status_code == 404


@pytest.mark.parametrize("page", [*PAGES, *FOR_EVERYBODY])
def test_a_viewer_sees_everything(addresses: Callable[[str], str], vera: Any, page: str) -> None:
    assert browser_of(vera).get(addresses(page)).status_code == 200


@pytest.mark.parametrize("page", FOR_ANNOTATORS)
def test_uploading_and_running_need_an_annotator(
    addresses: Callable[[str], str], vera: Any, bob: Any, page: str
) -> None:
    assert browser_of(vera).get(addresses(page)).status_code == 403
    assert browser_of(bob).get(addresses(page)).status_code == 200


@pytest.mark.parametrize("page", FOR_MANAGERS)
def test_the_trash_needs_a_manager(
    addresses: Callable[[str], str], rita: Any, alice: Any, page: str
) -> None:
    assert browser_of(rita).get(addresses(page)).status_code == 403
    assert browser_of(alice).get(addresses(page)).status_code == 200


class _Inline(HTMLParser):
    """Collects what a strict content security policy would refuse."""

    def __init__(self) -> None:
        super().__init__()
        self.refused: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = {name for name, _ in attrs}
        # A data block is no script: browsers never run it, so the policy does not ask about it.
        is_data = ("type", "application/json") in attrs
        if tag == "style" or (tag == "script" and "src" not in names and not is_data):
            self.refused.append(tag)
        self.refused += [name for name in names if name == "style" or name.startswith("on")]


@pytest.mark.parametrize("page", [*PAGES, *FOR_ANNOTATORS, *FOR_MANAGERS, *FOR_EVERYBODY])
def test_no_page_needs_an_inline_script_or_style(
    addresses: Callable[[str], str], alice: Any, page: str
) -> None:
    response = browser_of(alice).get(addresses(page))
    assert "'unsafe" not in response.headers["Content-Security-Policy"]
    if response.headers["Content-Type"].startswith("text/html"):
        parser = _Inline()
        parser.feed(response.content.decode())
        assert parser.refused == []


def test_a_refusal_says_which_role_is_needed(addresses: Callable[[str], str], vera: Any) -> None:
    response = browser_of(vera).get(addresses("/datasets/{dataset}/run"))
    assert b"this needs an annotator" in response.content
