"""A report leaves out what a person has left out, and says why, who and when."""

from __future__ import annotations

from typing import Any

import pytest

from annotations.actions.report import request_report
from annotations.actions.report_content import gathered
from tests.cast import page_of
from webapp.actions.quality import exclude_image
from webapp.models import Exclusion
from webapp.states import Refused

pytestmark = pytest.mark.django_db


def test_a_report_names_the_image_with_reason_person_and_time(
    annotation: Any, make_image: Any, segment: Any, rita: Any, alice: Any, dataset: Any
) -> None:
    other = make_image("blurred.tif")
    segment(other)
    exclude_image(actor=rita, image_id=other.pk, reason="Out of focus")
    report = request_report(actor=alice, dataset_id=dataset.pk, is_approved_only=False)
    with gathered(report) as content:
        assert [image.id for image in content.images] == [str(annotation.image_id)]
        (left_out,) = content.exclusions
    assert (left_out.image_name, left_out.reason) == ("blurred", "Out of focus")
    assert left_out.excluded_by == "Rita"
    assert left_out.excluded_at == Exclusion.objects.get().excluded_at
    page = page_of(alice).get(f"/datasets/{dataset.pk}/report").content.decode()
    assert "left out of results" in page


def test_nothing_is_reported_when_everything_is_left_out(
    annotation: Any, rita: Any, dataset: Any
) -> None:
    exclude_image(actor=rita, image_id=annotation.image_id, reason="Wrong stain")
    with pytest.raises(Refused):
        request_report(actor=rita, dataset_id=dataset.pk, is_approved_only=False)
