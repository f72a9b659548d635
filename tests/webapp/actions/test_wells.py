"""Images get wells from their names, wells get conditions from a pasted table."""

from __future__ import annotations

from base64 import b64encode
from io import BytesIO
from typing import Any

import pytest

from tests.cast import page_of
from tests.webapp.imaging.naming.test_spreadsheet import written
from webapp.actions.wells import assign_wells, change_plate_map
from webapp.models import AuditEvent, Dataset, Image, Plate, User, Well
from webapp.states import Refused

pytestmark = pytest.mark.django_db
PATTERN = "{plate}_{well}_s{site}_w{channel_number}"


@pytest.fixture
def images(make_image: Any, dataset: Dataset) -> list[Image]:
    """Two wells of one plate, one of them at two sites, and a picture that is none."""
    names = ["p1_B03_s1_w1.tif", "p1_B03_s2_w1.tif", "p1_H12_s1_w1.tif", "overview.tif"]
    return [make_image(name) for name in names]


def put(user: Any, address: str, content: dict[str, Any]) -> Any:
    return page_of(user).put(address, content, content_type="application/json")


def test_a_pattern_is_recognized_looked_at_and_accepted(
    bob: User, dataset: Dataset, images: list[Image]
) -> None:
    address = f"/api/datasets/{dataset.pk}/wells"
    seen = page_of(bob).get(address, {"pattern": PATTERN}).json()
    assert seen["n_read"] == 3
    by_name = {row["file_name"]: row for row in seen["rows"]}
    assert by_name["p1_B03_s2_w1.tif"]["well"] == "B03"
    assert by_name["p1_B03_s2_w1.tif"]["site"] == 2
    assert by_name["overview.tif"]["well"] is None
    assert not Well.objects.exists()
    assert put(bob, address, {"pattern": PATTERN}).json()["n_read"] == 3
    (plate,) = page_of(bob).get(f"/api/datasets/{dataset.pk}/plates").json()
    assert (plate["name"], plate["n_rows"], plate["n_columns"]) == ("p1", 8, 12)
    assert [(well["name"], len(well["images"])) for well in plate["wells"]] == [
        ("B03", 2),
        ("H12", 1),
    ]
    event = AuditEvent.objects.get(verb="dataset.wells_assigned")
    assert event.detail["pattern"] == PATTERN


def test_names_are_recognized_without_a_pattern(
    bob: User, dataset: Dataset, images: list[Image]
) -> None:
    Image.objects.filter(file_name="overview.tif").update(file_name="p1_A01_s1_w1.tif")
    seen = page_of(bob).get(f"/api/datasets/{dataset.pk}/wells").json()
    assert (seen["pattern"], seen["n_read"]) == (PATTERN, 4)
    assert seen["program"].startswith("ImageXpress")


def test_another_pattern_takes_wells_away_and_keeps_conditions(
    bob: User, dataset: Dataset, images: list[Image]
) -> None:
    assign_wells(actor=bob, dataset_id=dataset.pk, pattern=PATTERN)
    change_plate_map(actor=bob, dataset_id=dataset.pk, plate="p1", table="well,line\nB03,U2OS")
    assign_wells(actor=bob, dataset_id=dataset.pk, pattern="{plate}_{well}_s1_w{channel_number}")
    assert Image.objects.filter(well=None).count() == 2
    assert Well.objects.get(row=1, column=2).line == "U2OS"


@pytest.mark.parametrize("pattern", ["{wel}", "site {well}"])
def test_a_pattern_that_reads_nothing_changes_nothing(
    bob: User, dataset: Dataset, images: list[Image], pattern: str
) -> None:
    with pytest.raises(Refused):
        assign_wells(actor=bob, dataset_id=dataset.pk, pattern=pattern)
    assert not Plate.objects.exists()


def test_a_plate_map_is_taken_as_a_whole_or_not_at_all(bob: User, dataset: Dataset) -> None:
    address = f"/api/datasets/{dataset.pk}/plate-map"
    wrong = "well\tdose\tcontrol\nA01\t0\tneg\nB02\tmuch\t\n"
    answer = put(bob, address, {"table": wrong}).json()
    assert [(error["row"], error["column"]) for error in answer["wrong_cells"]] == [(3, 2)]
    assert not Well.objects.exists()
    right = wrong.replace("much", "0.5")
    assert put(bob, address, {"table": right}).json() == {"wrong_cells": []}
    wells = {str(well): (well.dose, well.control) for well in Well.objects.all()}
    assert wells == {"A01": (0.0, "negative"), "B02": (0.5, "")}
    event = AuditEvent.objects.get(verb="dataset.plate_map_changed")
    # The log keeps numbers as they are written, so that its hashes are the same everywhere.
    assert event.detail["wells"] == {
        "A01": {"dose": "0.0", "control": "negative"},
        "B02": {"dose": "0.5"},
    }


def test_a_plate_map_comes_in_a_file_too(bob: User, dataset: Dataset) -> None:
    address = f"/api/datasets/{dataset.pk}/plate-map"
    content = b64encode("well;dose\nA01;0,5\n".encode("utf-16")).decode()
    assert put(bob, address, {"file": content, "file_name": "map.csv"}).json() == {
        "wrong_cells": []
    }
    assert Well.objects.get().dose == 0.5
    assert AuditEvent.objects.get(verb="dataset.plate_map_changed").detail["file"] == "map.csv"
    for wrong in ({}, {"file": content, "table": "well"}, {"file": "no base64 at all"}):
        assert put(bob, address, wrong).status_code == 400


def test_the_page_takes_a_workbook_and_shows_it_for_repair(bob: User, dataset: Dataset) -> None:
    browser, address = page_of(bob), f"/datasets/{dataset.pk}/plate-map"
    wrong = BytesIO(written([["well", "dose"], ["A01", "much"]]))
    wrong.name = "map.xlsx"
    shown = browser.post(address, {"plate": "", "file": wrong}).content.decode()
    assert "Row 2, column 2" in shown
    assert "A01\tmuch" in shown
    right = BytesIO(written([["well", "compound"], ["A01", "Taxol"]]))
    right.name = "map.xlsx"
    assert browser.post(address, {"plate": "", "file": right}).status_code == 302
    assert Well.objects.get().compound == "Taxol"


def test_plates_are_colored_by_what_is_counted_now(
    bob: User, dataset: Dataset, images: list[Image]
) -> None:
    assign_wells(actor=bob, dataset_id=dataset.pk, pattern=PATTERN)
    Image.objects.filter(file_name__contains="B03").update(n_cells=10)
    Image.objects.filter(file_name="p1_B03_s2_w1.tif").update(n_cells=30)
    (number,) = page_of(bob).get(f"/api/datasets/{dataset.pk}/plate-numbers").json()
    assert number["title"] == "Cells in an image"
    assert number["values"] == [{"plate": "p1", "well": "B03", "value": 20.0}]
    page = page_of(bob).get(f"/datasets/{dataset.pk}/plates").content.decode()
    assert "B03, 2 images, Cells in an image 20" in page


def test_a_plate_grows_with_its_wells(bob: User, dataset: Dataset) -> None:
    for table in ("well\nA01", "well\nP24", "well\nB02"):
        change_plate_map(actor=bob, dataset_id=dataset.pk, plate="", table=table)
    plate = Plate.objects.get()
    assert (plate.n_rows, plate.n_columns) == (16, 24)
