"""What a channel shows: told at ingest, corrected by people, kept in the log."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from tests.cast import api_of
from webapp.actions.images import change_metadata
from webapp.models import AuditEvent
from webapp.states import Refused


def roles_of(image: Any) -> list[str]:
    """The roles as the database has them now."""
    return list(image.channels.values_list("role", flat=True))


def test_an_image_arrives_with_the_roles_that_its_names_tell(image: Any) -> None:
    assert roles_of(image) == ["nucleus", "cytoplasm"]
    added = AuditEvent.objects.get(verb="image.added")
    assert added.detail["channel_roles"] == ["nucleus", "cytoplasm"]


def test_a_role_is_corrected_and_logged(bob: Any, image: Any) -> None:
    change_metadata(actor=bob, image_id=image.pk, channel_roles=["other", "transmitted"])
    assert roles_of(image) == ["other", "transmitted"]
    changed = AuditEvent.objects.get(verb="image.metadata_changed")
    assert changed.detail == {"channel_roles": [["nucleus", "cytoplasm"], ["other", "transmitted"]]}


def test_a_new_name_brings_its_role_along(bob: Any, image: Any) -> None:
    change_metadata(actor=bob, image_id=image.pk, channel_names=["Phase", "Actin"])
    assert roles_of(image) == ["transmitted", "cytoplasm"]


def test_a_role_chosen_with_a_new_name_wins_over_it(bob: Any, image: Any) -> None:
    change_metadata(
        actor=bob,
        image_id=image.pk,
        channel_names=["Phase", "Something"],
        channel_roles=["other", "cytoplasm"],
    )
    assert roles_of(image) == ["other", "cytoplasm"]


def test_the_same_roles_again_leave_no_trace(bob: Any, image: Any) -> None:
    change_metadata(actor=bob, image_id=image.pk, channel_roles=["nucleus", "cytoplasm"])
    assert not AuditEvent.objects.filter(verb="image.metadata_changed").exists()


@pytest.mark.parametrize(
    ("roles", "sentence"),
    [(["nucleus"], "2 channels"), (["nucleus", "kernel"], "cannot show 'kernel'")],
)
def test_roles_that_do_not_fit_are_refused(
    bob: Any, image: Any, roles: list[str], sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        change_metadata(actor=bob, image_id=image.pk, channel_roles=roles)


def test_a_viewer_changes_no_role(vera: Any, image: Any) -> None:
    with pytest.raises(PermissionDenied):
        change_metadata(actor=vera, image_id=image.pk, channel_roles=["other", "other"])


def test_scripts_read_and_change_roles(bob: Any, image: Any) -> None:
    call = api_of(bob)
    url = f"/api/images/{image.pk}"
    answer = call("patch", url, {"channel_roles": ["other", "nucleus"]}).json()
    assert answer["channel_roles"] == ["other", "nucleus"]
    assert [channel["role"] for channel in call("get", url).json()["channels"]] == [
        "other",
        "nucleus",
    ]
    assert call("patch", url, {"channel_roles": ["other", "kernel"]}).status_code == 400
