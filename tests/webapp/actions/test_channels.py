"""What channels show is said once for all images that have the same."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from tests.cast import page_of
from webapp.actions.channels import change_channels_of_kind
from webapp.models import AuditEvent, Channel, Image
from webapp.queries.channel_kinds import channel_kinds
from webapp.queries.images import images_of
from webapp.states import Refused

pytestmark = pytest.mark.django_db

NAMES = ["Channel 1", "Channel 2"]


@pytest.fixture
def mixed(dataset: Any, image: Any) -> list[Image]:
    """Four images with two channels that are read in three ways, and one with other names."""
    readings = [("other", "other"), ("other", "other"), ("nucleus", "cytoplasm")]
    readings += [("cytoplasm", "nucleus")]
    image.channels.all().delete()
    made = []
    for number, roles in enumerate(readings):
        one = Image.objects.get(pk=image.pk)
        one.pk, one.name = None, f"well {number}"
        one._state.adding = True
        one.save()
        for index, role in enumerate(roles):
            add_channel(one, index, NAMES[index], role)
        made.append(one)
    add_channel(image, 0, "DAPI", "nucleus")
    return made


def add_channel(image: Image, index: int, name: str, role: str) -> None:
    """A channel as reading a file makes it."""
    Channel.objects.create(
        image=image, index=index, name=name, role=role, low=0, high=9, minimum=0, maximum=9
    )


def test_the_kinds_of_channels_are_counted_with_their_readings(
    dataset: Any, mixed: list[Image]
) -> None:
    two, one = channel_kinds(images_of(dataset))
    assert (two.names, two.n_images, two.is_agreed) == (tuple(NAMES), 4, False)
    assert (two.n_read_otherwise, two.proposed) == (2, ("other", "other"))
    assert two.examples == (mixed[0].pk, mixed[2].pk, mixed[3].pk)
    mixed[3].channels.update(role="other")
    assert channel_kinds(images_of(dataset))[0].proposed == ("nucleus", "cytoplasm")
    assert (one.names, one.is_agreed, one.proposed) == (("DAPI",), True, ("nucleus",))


def test_one_answer_is_for_all_images_of_the_kind_and_the_log_keeps_what_was_before(
    bob: Any, dataset: Any, image: Any, mixed: list[Image]
) -> None:
    said = {"new_names": ["FKHR-GFP", "DNA"], "roles": ["cytoplasm", "nucleus"]}
    n = change_channels_of_kind(actor=bob, dataset_id=dataset.pk, names=NAMES, **said)
    assert n == 4
    for one in mixed:
        channels = one.channels.order_by("index").values_list("name", "role")
        assert list(channels) == [("FKHR-GFP", "cytoplasm"), ("DNA", "nucleus")]
    assert list(image.channels.values_list("name", "role")) == [("DAPI", "nucleus")]
    event = AuditEvent.objects.get(verb="dataset.channels_changed")
    assert event.detail["roles_before"][str(mixed[2].pk)] == ["nucleus", "cytoplasm"]
    again = said | {"names": said["new_names"]}
    assert change_channels_of_kind(actor=bob, dataset_id=dataset.pk, **again) == 0
    assert AuditEvent.objects.filter(verb="dataset.channels_changed").count() == 1


def test_images_in_the_trash_keep_what_they_have(
    bob: Any, dataset: Any, mixed: list[Image]
) -> None:
    Image.objects.filter(pk=mixed[0].pk).update(deleted_at=mixed[0].created_at)
    said = {"names": NAMES, "new_names": NAMES, "roles": ["cytoplasm", "nucleus"]}
    assert change_channels_of_kind(actor=bob, dataset_id=dataset.pk, **said) == 2
    assert mixed[0].channels.filter(role="other").count() == 2


@pytest.mark.parametrize(
    ("roles", "sentence"),
    [(["nucleus"], "2 channels"), (["nucleus", "ghost"], "cannot show")],
)
def test_what_does_not_fit_is_refused_and_changes_nothing(
    bob: Any, dataset: Any, mixed: list[Image], roles: list[str], sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        change_channels_of_kind(
            actor=bob, dataset_id=dataset.pk, names=NAMES, new_names=NAMES, roles=roles
        )
    assert mixed[0].channels.filter(role="other").count() == 2


def test_viewers_may_not_and_strangers_find_nothing(
    vera: Any, carl: Any, dataset: Any, mixed: list[Image]
) -> None:
    said = {"names": NAMES, "new_names": NAMES, "roles": ["nucleus", "other"]}
    with pytest.raises(PermissionDenied):
        change_channels_of_kind(actor=vera, dataset_id=dataset.pk, **said)
    with pytest.raises(Http404):
        change_channels_of_kind(actor=carl, dataset_id=dataset.pk, **said)


def test_the_run_form_says_when_images_are_not_read_alike(
    bob: Any, dataset: Any, mixed: list[Image]
) -> None:
    browser = page_of(bob)
    warning = "not read alike in all images"
    assert warning in browser.get(f"/datasets/{dataset.pk}/run").content.decode()
    page = browser.get(f"/datasets/{dataset.pk}/channels").content.decode()
    assert "2 of 4 differ" in page
    assert "other in 2, nucleus in 1, cytoplasm or membrane in 1" in page
    posted = {"names": NAMES, "channel_names": NAMES, "channel_roles": ["cytoplasm", "nucleus"]}
    browser.post(f"/datasets/{dataset.pk}/channels", posted)
    assert warning not in browser.get(f"/datasets/{dataset.pk}/run").content.decode()
    told = browser.get(f"/api/datasets/{dataset.pk}/channels").json()
    assert told[0]["readings"] == [{"roles": ["cytoplasm", "nucleus"], "n_images": 4}]
