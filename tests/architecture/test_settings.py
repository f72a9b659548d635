"""What keeps others out is switched on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client

from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nobody_has_tried_yet() -> Iterator[None]:
    """Attempts to sign in are counted in the cache, which tests share."""
    cache.clear()
    yield
    # What was counted for wrong passwords would keep the next test from signing in.
    cache.clear()


def directives(header: str) -> dict[str, list[str]]:
    """A Content-Security-Policy as a dictionary."""
    parts = [part.split() for part in header.split(";") if part.strip()]
    return {words[0]: words[1:] for words in parts}


@pytest.mark.parametrize("address", ["/account/sign-in", "/api/me", "/nowhere"])
def test_no_answer_allows_inline_scripts_or_foreign_origins(address: str) -> None:
    answer = Client().get(address)
    policy = directives(answer["Content-Security-Policy"])
    assert policy["default-src"] == ["'none'"]
    assert policy["script-src"] == policy["style-src"] == ["'self'"]
    assert policy["frame-ancestors"] == policy["base-uri"] == ["'none'"]
    sources = {source for words in policy.values() for source in words}
    assert sources <= {"'self'", "'none'", "data:", "blob:"}
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(bob: Any) -> None:
    browser = Client()
    browser.get("/account/sign-in")
    answer = browser.post("/account/sign-in", {"login": bob.email, "password": PASSWORD})
    session = answer.cookies["sessionid"]
    assert session["httponly"]
    assert session["samesite"] == "Lax"
    assert browser.get("/api/me").json()["name"] == "Bob"


def test_cookies_need_https_where_the_lab_has_it() -> None:
    has_https = settings.BASE_URL.startswith("https://")
    assert has_https is settings.SESSION_COOKIE_SECURE
    assert has_https is settings.CSRF_COOKIE_SECURE


def test_there_is_no_backdoor() -> None:
    assert not settings.DEBUG
    assert "django.contrib.admin" not in settings.INSTALLED_APPS
    assert "*" not in settings.ALLOWED_HOSTS
    permissions = settings.REST_FRAMEWORK["DEFAULT_PERMISSION_CLASSES"]
    assert permissions == ["rest_framework.permissions.IsAuthenticated"]


def test_a_foreign_host_name_is_refused() -> None:
    assert Client().get("/api/me", headers={"Host": "evil.example"}).status_code == 400


def test_guessing_a_password_is_slowed_down(bob: Any) -> None:
    browser = Client()
    for _ in range(12):
        answer = browser.post("/account/sign-in", {"login": bob.email, "password": "guess guess"})
    answer = browser.post("/account/sign-in", {"login": bob.email, "password": PASSWORD})
    assert browser.get("/api/me").status_code == 401
    assert answer.status_code in (200, 429)
