"""Roles on the people page; name and keys on the account page."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client

from tests.visits import browser_of, words_of
from webapp.models import ApiToken, Membership


def test_a_manager_changes_a_role(alice: Any, bob: Any, project: Any) -> None:
    browser_of(alice).post(f"/projects/{project.pk}/people/{bob.pk}/role", {"role": "reviewer"})
    assert Membership.objects.get(user=bob).role == "reviewer"


def test_a_manager_makes_nobody_owner(alice: Any, bob: Any, project: Any) -> None:
    response = browser_of(alice).post(
        f"/projects/{project.pk}/people/{bob.pk}/role", {"role": "owner"}, follow=True
    )
    assert "cannot give or take the role Owner" in words_of(response)
    assert Membership.objects.get(user=bob).role == "annotator"


def test_an_annotator_changes_no_roles(bob: Any, vera: Any, project: Any) -> None:
    response = browser_of(bob).post(
        f"/projects/{project.pk}/people/{vera.pk}/role", {"role": "annotator"}
    )
    assert response.status_code == 403


def test_the_last_owner_stays(olga: Any, project: Any) -> None:
    response = browser_of(olga).post(f"/projects/{project.pk}/people/{olga.pk}/remove", follow=True)
    assert "keeps at least one owner" in words_of(response)


def test_a_removed_member_finds_nothing(alice: Any, bob: Any, project: Any) -> None:
    browser = browser_of(bob)
    assert browser.get(f"/projects/{project.pk}").status_code == 200
    browser_of(alice).post(f"/projects/{project.pk}/people/{bob.pk}/remove")
    assert browser.get(f"/projects/{project.pk}").status_code == 404


def test_a_person_leaves_and_is_at_home_again(bob: Any, project: Any) -> None:
    response = browser_of(bob).post(f"/projects/{project.pk}/people/{bob.pk}/remove")
    assert response.headers["Location"] == "/"
    assert not Membership.objects.filter(user=bob).exists()


def test_a_key_is_shown_once_and_works(bob: Any, project: Any) -> None:
    browser = browser_of(bob)
    browser.post("/account/tokens", {"name": "Export", "scope": "read", "project": ""})
    found = re.search(r'value="(cvs_[^"]+)"', browser.get("/account").content.decode())
    assert found is not None
    assert "cvs_" not in browser.get("/account").content.decode()
    headers = {"Authorization": f"Bearer {found.group(1)}"}
    assert Client(headers=headers).get("/api/me").status_code == 200


def test_a_revoked_key_does_not_work(bob: Any, project: Any) -> None:
    browser = browser_of(bob)
    browser.post("/account/tokens", {"name": "Export", "scope": "read", "project": ""})
    found = re.search(r'value="(cvs_[^"]+)"', browser.get("/account").content.decode())
    assert found is not None
    browser.post(f"/account/tokens/{ApiToken.objects.get().pk}/revoke")
    headers = {"Authorization": f"Bearer {found.group(1)}"}
    assert Client(headers=headers).get("/api/me").status_code in (401, 403)


def test_a_key_of_somebody_else_is_not_revoked(bob: Any, carl: Any, project: Any) -> None:
    browser_of(bob).post("/account/tokens", {"name": "Export", "scope": "read", "project": ""})
    key = ApiToken.objects.get()
    assert browser_of(carl).post(f"/account/tokens/{key.pk}/revoke").status_code == 404
    key.refresh_from_db()
    assert key.revoked_at is None


def test_a_person_is_called_as_she_wishes(bob: Any) -> None:
    browser_of(bob).post("/account/name", {"name": "Robert"})
    bob.refresh_from_db()
    assert bob.name == "Robert"
