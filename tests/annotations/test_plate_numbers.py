"""The newest report colors the plates of the lab."""

from __future__ import annotations

from typing import Any

from annotations.actions.report import request_report
from annotations.actions.report_work import work_on
from tests.cast import page_of
from webapp.actions.wells import assign_wells


def test_plates_are_colored_by_every_number_of_the_newest_report(
    bob: Any, vera: Any, make_image: Any, segment: Any, dataset: Any
) -> None:
    segment(make_image("B02.tif"))
    assign_wells(actor=bob, dataset_id=dataset.pk, pattern="{well}")
    work_on(request_report(actor=bob, dataset_id=dataset.pk, is_approved_only=False).pk)
    address = f"/api/datasets/{dataset.pk}/plate-numbers"
    numbers = {one["title"]: one for one in page_of(vera).get(address).json()}
    assert {"Cells per mm²", "Confluency", "Median area", "Mean intensity, DAPI"} <= set(numbers)
    density = numbers["Cells per mm²"]
    assert density["report"] == "Report 1"
    # 3 cells in 600 x 700 pixels of 0.25 µm²
    assert [round(one["value"], 2) for one in density["values"]] == [28.57]
    page = page_of(vera).get(f"/datasets/{dataset.pk}/plates?show={density['name']}")
    assert "B02, 1 image, Cells per mm² 28.57" in page.content.decode()
