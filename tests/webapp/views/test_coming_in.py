"""Founding the lab, signing in, invitations."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from tests.cast import PASSWORD
from tests.visits import browser_of, words_of
from webapp.models import Membership, User

NEW = {"name": "Nina", "email": "nina@example.org", "password": PASSWORD}


@pytest.mark.django_db
def test_a_lab_without_owner_leads_to_its_founding(client: Client) -> None:
    assert client.get("/").headers["Location"] == "/welcome"
    response = client.post("/welcome", NEW)
    assert response.headers["Location"] == "/"
    owner = User.objects.get()
    assert owner.is_lab_owner
    assert "Start with a project" in words_of(client.get("/"))


@pytest.mark.django_db
def test_a_weak_password_founds_nothing_and_says_why(client: Client) -> None:
    response = client.post("/welcome", NEW | {"password": "short"})
    assert "too short" in words_of(response)
    assert not User.objects.exists()


def test_a_lab_is_founded_once(client: Client, olga: Any) -> None:
    response = client.post("/welcome", NEW)
    assert response.headers["Location"] == "/"
    assert not User.objects.filter(email=NEW["email"]).exists()


def test_a_visitor_is_asked_to_sign_in(client: Client, olga: Any) -> None:
    assert client.get("/").headers["Location"] == "/account/sign-in"


def test_a_person_signs_in_by_e_mail_address(client: Client, olga: Any) -> None:
    response = client.post("/account/sign-in", {"login": olga.email, "password": PASSWORD})
    assert response.headers["Location"] == "/"
    assert "Olga" in words_of(client.get("/"))


@pytest.mark.parametrize("path", ["signup", "email", "password/reset", "social/signup"])
def test_no_other_account_page_is_open(client: Client, olga: Any, path: str) -> None:
    for address in (f"/account/{path}", f"/accounts/{path}/"):
        assert client.get(address).status_code == 404


def test_a_link_lets_one_new_person_in(client: Client, alice: Any, project: Any) -> None:
    link = _new_link(alice, project)
    assert "Join Nuclei" in words_of(client.get(link))
    response = client.post(link, NEW)
    assert response.headers["Location"] == f"/projects/{project.pk}"
    assert Membership.objects.get(user__email=NEW["email"]).role == "reviewer"
    assert client.get(f"/projects/{project.pk}").status_code == 200
    again = Client().get(link)
    assert again.status_code == 404
    assert "Ask for a new link" in words_of(again)


def test_a_link_lets_somebody_with_an_account_in(alice: Any, carl: Any, project: Any) -> None:
    link = _new_link(alice, project)
    browser = browser_of(carl)
    assert "Join as Carl" in words_of(browser.get(link))
    browser.post(link)
    assert Membership.objects.get(user=carl, project=project).role == "reviewer"


def test_an_address_that_has_an_account_is_not_taken_twice(
    client: Client, alice: Any, carl: Any, project: Any
) -> None:
    response = client.post(_new_link(alice, project), NEW | {"email": carl.email})
    assert "There is an account with this e-mail address" in words_of(response)
    assert not Membership.objects.filter(user=carl, project=project).exists()


def test_an_invitation_is_shown_once(alice: Any, project: Any) -> None:
    browser = browser_of(alice)
    browser.post(f"/projects/{project.pk}/invitations", {"role": "viewer"})
    assert "The link is ready" in words_of(browser.get(f"/projects/{project.pk}/people"))
    assert "The link is ready" not in words_of(browser.get(f"/projects/{project.pk}/people"))


def test_a_revoked_link_lets_nobody_in(client: Client, alice: Any, project: Any) -> None:
    link = _new_link(alice, project)
    invitation = project.invitations.get()
    browser_of(alice).post(f"/projects/{project.pk}/invitations/{invitation.pk}/revoke")
    assert client.get(link).status_code == 404


def _new_link(manager: Any, project: Any) -> str:
    browser = browser_of(manager)
    browser.post(f"/projects/{project.pk}/invitations", {"role": "reviewer"})
    page = browser.get(f"/projects/{project.pk}/people").content.decode()
    found = re.search(r'value="https?://[^/"]+(/invitations/[^"]+)"', page)
    assert found is not None
    return found.group(1)
