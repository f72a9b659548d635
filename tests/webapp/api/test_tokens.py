"""Tokens: what they open, what they do not, and when they stop."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.cast import api_of, caller, page_of
from webapp.models import ApiToken

pytestmark = pytest.mark.django_db


def bearer(secret: str) -> Any:
    return caller(Client(headers={"Authorization": f"Bearer {secret}"}))


def test_a_token_is_shown_once_and_kept_as_a_hash(bob: Any) -> None:
    browser = caller(page_of(bob))
    made = browser("post", "/api/tokens", {"name": "notebook", "scope": "read"}).json()
    kept = ApiToken.objects.get()
    assert kept.secret_sha256 == hashlib.sha256(made["secret"].encode()).hexdigest()
    listed = browser("get", "/api/tokens").json()["results"]
    assert [token["name"] for token in listed] == ["notebook"]
    assert made["secret"] not in str(listed)


def test_a_token_acts_as_its_person(bob: Any, dataset: Any) -> None:
    assert api_of(bob)("get", "/api/me").json()["name"] == "Bob"


def test_a_token_for_reading_cannot_write(bob: Any, image: Any) -> None:
    script = api_of(bob, scope="read")
    assert script("get", f"/api/images/{image.pk}").status_code == 200
    refused = script("patch", f"/api/images/{image.pk}", {"name": "new"})
    assert refused.status_code == 403
    assert "may only read" in refused.json()["detail"]


def test_a_token_of_one_project_finds_nothing_elsewhere(
    olga: Any, project: Any, dataset: Any
) -> None:
    from webapp.actions.projects import create_project

    other = create_project(actor=olga, name="Other")
    script = api_of(olga, project=project)
    assert script("get", f"/api/projects/{project.pk}").status_code == 200
    assert script("get", f"/api/projects/{other.pk}").status_code == 404
    assert [row["name"] for row in script("get", "/api/projects").json()["results"]] == ["Nuclei"]
    assert script("post", "/api/projects", {"name": "More"}).status_code == 403
    assert script("post", f"/api/projects/{other.pk}/restore").status_code == 404


def test_a_token_cannot_make_tokens(bob: Any) -> None:
    script = api_of(bob)
    assert script("post", "/api/tokens", {"name": "child", "scope": "write"}).status_code == 403
    assert script("get", "/api/tokens").status_code == 403


def test_a_revoked_token_is_refused_at_once(bob: Any) -> None:
    script = api_of(bob)
    assert script("get", "/api/me").status_code == 200
    token = ApiToken.objects.get()
    assert caller(page_of(bob))("delete", f"/api/tokens/{token.pk}").status_code == 204
    refused = script("get", "/api/me")
    assert refused.status_code == 401
    assert refused["WWW-Authenticate"].startswith("Bearer")


def test_a_closed_account_takes_its_tokens_along(bob: Any) -> None:
    script = api_of(bob)
    bob.is_active = False
    bob.save()
    assert script("get", "/api/me").status_code == 401


@pytest.mark.parametrize("secret", ["", "wrong", "cvs_\x00", "a b", "ü" * 50])
def test_a_wrong_token_is_refused_even_beside_a_good_session(bob: Any, secret: str) -> None:
    browser = page_of(bob)
    header = f"Bearer {secret}".encode().decode("latin-1")
    assert browser.get("/api/me", headers={"Authorization": header}).status_code == 401


def test_nobody_revokes_the_token_of_another(bob: Any, rita: Any) -> None:
    api_of(bob)
    token = ApiToken.objects.get()
    assert caller(page_of(rita))("delete", f"/api/tokens/{token.pk}").status_code == 404
    assert api_of(bob)("get", "/api/me").status_code == 200


def test_the_last_use_is_noted_at_most_once_a_minute(bob: Any) -> None:
    script = api_of(bob)
    script("get", "/api/me")
    first = ApiToken.objects.get().last_used_at
    assert first is not None
    script("get", "/api/me")
    assert ApiToken.objects.get().last_used_at == first
    ApiToken.objects.update(last_used_at=timezone.now() - timedelta(seconds=61))
    script("get", "/api/me")
    assert ApiToken.objects.get().last_used_at > first


def test_a_session_cannot_write_without_the_csrf_token(bob: Any, dataset: Any) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(bob)
    refused = browser.post("/api/projects", {"name": "x"}, content_type="application/json")
    assert refused.status_code == 403
