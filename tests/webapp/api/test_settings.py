"""Settings of a person: kept, replaced, forgotten, and nobody else's business."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cast import api_of, caller, page_of
from webapp.actions import settings as actions
from webapp.models import UserSetting

pytestmark = pytest.mark.django_db


def test_what_is_written_is_read_again_and_replaced(bob: Any) -> None:
    browser = caller(page_of(bob))
    assert browser("get", "/api/me/settings").json() == {"settings": {}}
    for value in ({"brush": ["p"]}, {"brush": ["q"]}):
        assert browser("put", "/api/me/settings/keys", {"value": value}).status_code == 204
        assert browser("get", "/api/me/settings").json() == {"settings": {"keys": value}}
    assert UserSetting.objects.count() == 1


def test_a_setting_can_be_forgotten_twice(bob: Any) -> None:
    browser = caller(page_of(bob))
    browser("put", "/api/me/settings/keys", {"value": 1})
    for _ in range(2):
        assert browser("delete", "/api/me/settings/keys").status_code == 204
    assert browser("get", "/api/me/settings").json() == {"settings": {}}


def test_nobody_sees_or_changes_the_settings_of_another(alice: Any, bob: Any) -> None:
    caller(page_of(bob))("put", "/api/me/settings/keys", {"value": "of bob"})
    hers = caller(page_of(alice))
    assert hers("get", "/api/me/settings").json() == {"settings": {}}
    hers("put", "/api/me/settings/keys", {"value": "of alice"})
    hers("delete", "/api/me/settings/keys")
    kept = caller(page_of(bob))("get", "/api/me/settings").json()
    assert kept == {"settings": {"keys": "of bob"}}


def test_a_token_for_reading_cannot_set_anything(bob: Any) -> None:
    script = api_of(bob, scope="read")
    assert script("put", "/api/me/settings/keys", {"value": 1}).status_code == 403
    assert script("get", "/api/me/settings").status_code == 200


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("keys", "x" * 33_000, "too large"),
        ("Keys", 1, "letters, digits"),
        ("a" * 121, 1, "letters, digits"),
        ("keys", "a\u0000b", "number 0"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_a_sentence(
    bob: Any, name: str, value: str, said: str
) -> None:
    answer = caller(page_of(bob))("put", f"/api/me/settings/{name}", {"value": value})
    assert answer.status_code == 400
    assert said in answer.json()["detail"]
    assert not UserSetting.objects.exists()


def test_a_setting_without_a_value_is_refused(bob: Any) -> None:
    assert caller(page_of(bob))("put", "/api/me/settings/keys", {}).status_code == 400


def test_a_person_cannot_fill_the_database(bob: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "MAX_SETTINGS", 2)
    browser = caller(page_of(bob))
    answers = [
        browser("put", f"/api/me/settings/{name}", {"value": 1}).status_code
        for name in ("one", "two", "three", "two")
    ]
    assert answers == [204, 204, 400, 204]
