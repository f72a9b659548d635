"""Flags follow the limits of the project; only a person leaves an image out, with a reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.http import Http404

from tests.cast import page_of
from webapp.actions.quality import change_limits, exclude_image, include_image
from webapp.actions.trash import delete_image
from webapp.imaging.quality.flags import MEANINGS, Flag
from webapp.models import AuditEvent, ImageQuality
from webapp.queries.quality import flags_by_image, limits_of, numbers_of_image
from webapp.states import Conflict, Refused

pytestmark = pytest.mark.django_db


def raise_flag(image: Any, flag: Flag, value: float) -> None:
    """Give an image the number of a bad one."""
    quality = ImageQuality.objects.get(pk=image.pk)
    quality.numbers[flag.value] = {"value": value, "channel": 0}
    quality.save()


def test_an_image_has_its_numbers_when_it_is_read(image: Any, project: Any) -> None:
    numbers = {one.flag: one for one in numbers_of_image(image, limits_of(project))}
    assert {Flag.SATURATED, Flag.LOW_SIGNAL, Flag.EMPTY} <= set(numbers)
    assert numbers[Flag.LOW_SIGNAL].limit == MEANINGS[Flag.LOW_SIGNAL].limit


def test_a_second_image_with_the_same_pixels_names_the_first(
    make_image: Callable[[str], Any], alice: Any, project: Any, dataset: Any
) -> None:
    first, second = make_image("a.tif"), make_image("b.tif")
    flags = flags_by_image([first, second], limits_of(project))
    twins = {one.flag: one.twin for one in flags[second.pk]}
    assert twins[Flag.DUPLICATE] == first
    assert Flag.DUPLICATE not in {one.flag for one in flags[first.pk]}
    shown = page_of(alice).get(f"/datasets/{dataset.pk}?look=duplicate").content.decode()
    assert str(second.pk) in shown
    assert f'data-key="{first.pk}"' not in shown
    delete_image(actor=alice, image_id=first.pk)
    remaining = flags_by_image([second], limits_of(project))[second.pk]
    assert Flag.DUPLICATE not in {one.flag for one in remaining}


def test_a_manager_changes_a_limit_and_the_flags_follow(
    image: Any, project: Any, dataset: Any, alice: Any, bob: Any, carl: Any
) -> None:
    raise_flag(image, Flag.BLURRED, 5.0)
    assert "Out of focus" in page_of(bob).get(f"/datasets/{dataset.pk}").content.decode()
    with pytest.raises(PermissionDenied):
        change_limits(actor=bob, project_id=project.pk, limits={Flag.BLURRED: 6.0})
    with pytest.raises(Http404):
        change_limits(actor=carl, project_id=project.pk, limits={Flag.BLURRED: 6.0})
    page_of(alice).post(f"/projects/{project.pk}/quality", {"blurred": "6", "saturated": "4"})
    event = AuditEvent.objects.get(verb="quality.limits_changed")
    assert event.detail == {"blurred": [f"{MEANINGS[Flag.BLURRED].limit:g}", "6"]}
    assert "Out of focus" not in page_of(bob).get(f"/datasets/{dataset.pk}").content.decode()


def test_a_limit_that_cannot_be_is_refused_in_words(project: Any, alice: Any) -> None:
    with pytest.raises(Refused, match=r"lies between 0.0 % and 100 %"):
        change_limits(actor=alice, project_id=project.pk, limits={Flag.SATURATED: 4.0})
    with pytest.raises(Refused, match="Out of focus"):
        change_limits(actor=alice, project_id=project.pk, limits={Flag.BLURRED: float("nan")})


def test_an_image_is_left_out_with_a_reason_and_taken_in_again(
    image: Any, rita: Any, bob: Any
) -> None:
    with pytest.raises(PermissionDenied):
        exclude_image(actor=bob, image_id=image.pk, reason="Blurred")
    with pytest.raises(Refused, match="Say why"):
        exclude_image(actor=rita, image_id=image.pk, reason="  ")
    exclude_image(actor=rita, image_id=image.pk, reason="Blurred;\n imaged again")
    with pytest.raises(Conflict):
        exclude_image(actor=rita, image_id=image.pk, reason="Blurred")
    page = page_of(bob).get(f"/images/{image.pk}/details").content.decode()
    assert "Left out of results." in page
    assert "Blurred; imaged again" in page
    include_image(actor=rita, image_id=image.pk)
    events = AuditEvent.objects.filter(verb__in=["image.excluded", "image.included"])
    assert [event.detail for event in events.order_by("sequence")] == [
        {"reason": "Blurred; imaged again"},
        {"reason_before": "Blurred; imaged again"},
    ]


def test_the_page_of_an_image_says_number_limit_and_what_to_do(image: Any, vera: Any) -> None:
    raise_flag(image, Flag.SATURATED, 0.2)
    page = page_of(vera).get(f"/images/{image.pk}/details").content.decode()
    assert "20 % of the pixels are as bright as can be stored." in page
    assert "expose shorter next time" in page
    assert "4.0 %" in page


def test_older_images_get_their_numbers_by_a_command(image: Any, project: Any) -> None:
    before = ImageQuality.objects.get(pk=image.pk).numbers
    ImageQuality.objects.all().delete()
    assert numbers_of_image(image, limits_of(project)) == []
    call_command("measure_quality")
    assert ImageQuality.objects.get(pk=image.pk).numbers == before


def test_a_flag_that_is_new_is_measured_where_it_lacks(image: Any, project: Any) -> None:
    quality = ImageQuality.objects.get(pk=image.pk)
    del quality.numbers[Flag.DEBRIS.value]
    quality.save()
    for chosen in (["--project", str(image.pk)], []):
        call_command("measure_quality", *chosen)
        assert Flag.DEBRIS not in {n.flag for n in numbers_of_image(image, limits_of(project))}
    call_command("measure_quality", "--lacking", "debris", "--project", str(project.pk))
    assert Flag.DEBRIS in {n.flag for n in numbers_of_image(image, limits_of(project))}
