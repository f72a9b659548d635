"""The session of a page: whose it is, and what happens when it was somebody else's."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db


def test_a_page_of_one_person_does_nothing_in_the_name_of_the_next(
    bob: Any, rita: Any, dataset: Any
) -> None:
    browser = Client(headers={"X-Coverslip-Person": str(bob.pk)})
    browser.force_login(rita)
    body = json.dumps({"name": "Bob's"})
    for refused in (
        browser.get("/api/me"),
        browser.post("/api/projects", body, content_type="application/json"),
    ):
        assert (refused.status_code, refused.json()["code"]) == (401, "other_person")
    browser.force_login(bob)
    assert browser.get("/api/me").json()["id"] == str(bob.pk)


def test_a_page_from_before_the_last_sign_in_is_told_so(bob: Any) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(bob)
    refused = browser.post("/api/projects", "{}", content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (403, "csrf")


def test_signing_in_again_ends_on_a_page_that_leads_back_or_to_somebody_else(bob: Any) -> None:
    browser = Client()
    there = "/account/signed-in"
    assert browser.get(there).headers["Location"] == f"/account/sign-in?next={there}"
    form = {"login": bob.email, "password": PASSWORD, "next": there}
    assert browser.post("/account/sign-in", form).headers["Location"] == there
    assert "You are signed in as Bob" in browser.get(there).content.decode()
    out = browser.post("/account/sign-out", {"next": f"/account/sign-in?next={there}"})
    assert out.headers["Location"] == f"/account/sign-in?next={there}"
