"""A script reads flags and limits, changes limits, and leaves images out of results."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cast import api_of
from webapp.imaging.quality.flags import MEANINGS, Flag
from webapp.models import AuditEvent

pytestmark = pytest.mark.django_db


def test_limits_are_read_and_changed(project: Any, alice: Any) -> None:
    api, address = api_of(alice), f"/api/projects/{project.pk}/quality-limits"
    before = {one["flag"]: one for one in api("get", address).json()}
    assert before["blurred"]["limit"] == MEANINGS[Flag.BLURRED].limit
    after = {one["flag"]: one for one in api("patch", address, {"limits": {"blurred": 6}}).json()}
    assert (after["blurred"]["limit"], after["blurred"]["shipped"]) == (6.0, 2.6)
    assert after["saturated"] == before["saturated"]
    wrong = api("patch", address, {"limits": {"ugly": 1}})
    assert (wrong.status_code, "no flag called ugly" in wrong.json()["detail"]) == (400, True)
    assert api("patch", address, {"limits": {"saturated": 40}}).status_code == 400


def test_an_image_tells_its_numbers_and_is_left_out_and_taken_in(image: Any, rita: Any) -> None:
    api, address = api_of(rita), f"/api/images/{image.pk}"
    told = api("get", f"{address}/quality").json()
    assert {"saturated", "empty"} <= {one["flag"] for one in told["numbers"]}
    assert told["left_out"] is None
    out = api("put", f"{address}/exclusion", {"reason": "Blurred"}).json()
    assert (out["left_out"]["reason"], out["left_out"]["excluded_by"]) == ("Blurred", "Rita")
    assert api("put", f"{address}/exclusion", {"reason": "Blurred"}).status_code == 409
    assert api("delete", f"{address}/exclusion").status_code == 204
    assert api("delete", f"{address}/exclusion").status_code == 409
    verbs = AuditEvent.objects.filter(verb__startswith="image.").order_by("sequence")
    assert [event.verb for event in verbs][-2:] == ["image.excluded", "image.included"]
