"""Finding images: by words, by conditions, in one project and in all; and tags."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.http import Http404

from tests.cast import api_of
from tests.visits import browser_of, words_of
from webapp.actions.quality import exclude_image
from webapp.actions.tags import tag_images
from webapp.actions.trash import delete_image
from webapp.actions.wells import assign_wells
from webapp.imaging.quality.flags import limits_with
from webapp.models import AuditEvent, Image, ImageQuality, Tag
from webapp.queries import dataset_summary
from webapp.queries.finding import find_images
from webapp.queries.search_words import Term, read_words
from webapp.states import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def plate(make_image: Callable[[str], Any], bob: Any, dataset: Any) -> dict[str, Any]:
    """Three images in two wells, by their places."""
    images = {name: make_image(f"p1_{name}.tif") for name in ("B02_s1", "B02_s2", "C03_s1")}
    assign_wells(actor=bob, dataset_id=dataset.pk, pattern="{plate}_{well}_s{site}")
    return images


def test_words_and_conditions_are_told_apart() -> None:
    assert read_words('day3 tag:"two words" -state:approved') == (
        Term("", "day3"),
        Term("tag", "two words"),
        Term("state", "approved", is_not=True),
    )
    assert read_words("  ") == ()
    for line in ("colour:red", " ".join("a" * 13)):
        with pytest.raises(Refused):
            read_words(line)


@pytest.mark.parametrize(
    ("line", "places"),
    [
        ("p1 s1", {"B02_s1", "C03_s1"}),
        ("well:b2", {"B02_s1", "B02_s2"}),
        ("-well:B02", {"C03_s1"}),
        ("plate:P1 s2", {"B02_s2"}),
        ("channel:dapi", {"B02_s1", "B02_s2", "C03_s1"}),
        ("channel:membrane", set()),
        ("state:segmented", {"C03_s1"}),
        ('state:"to correct"', {"C03_s1"}),
        ("tag:Treated", {"B02_s1", "C03_s1"}),
        ("-tag:treated", {"B02_s2"}),
        ("flag:saturated", {"B02_s2"}),
        ("-flag:saturated", {"B02_s1", "C03_s1"}),
        ("is:excluded", {"B02_s1"}),
        ("by:bob", {"B02_s1", "B02_s2", "C03_s1"}),
        ("by:alice", set()),
        ("size:>699", {"B02_s1", "B02_s2", "C03_s1"}),
        ("size:<700", set()),
        ("cells:3", {"C03_s1"}),
        ("dataset:plate", {"B02_s1", "B02_s2", "C03_s1"}),
    ],
)
def test_images_are_found_by_each_condition(
    line: str, places: set[str], plate: dict[str, Any], segment: Any, rita: Any, bob: Any
) -> None:
    segment(plate["C03_s1"])
    exclude_image(actor=rita, image_id=plate["B02_s1"].pk, reason="Out of focus")
    ImageQuality.objects.filter(image=plate["B02_s2"]).update(
        numbers={"saturated": {"value": 1.0, "channel": 0}}
    )
    tag_images(
        actor=bob,
        project_id=plate["C03_s1"].dataset.project_id,
        image_ids=[plate["B02_s1"].pk, plate["C03_s1"].pk],
        add=["treated"],
    )
    found = find_images(Image.objects.all(), line, limits_with({}))
    assert {one.name.removeprefix("p1_") for one in found} == places


@pytest.mark.parametrize(
    "line", ["well:nowhere", "state:great", "flag:ugly", "size:large", "is:good"]
)
def test_a_condition_that_is_not_understood_is_answered_in_a_sentence(
    line: str, bob: Any, image: Any
) -> None:
    with pytest.raises(Refused, match=r"[.]$"):
        find_images(Image.objects.all(), line, limits_with({}))
    page = browser_of(bob).get(f"/datasets/{image.dataset_id}", {"q": line})
    assert "No image fits" in words_of(page)
    assert api_of(bob)("get", f"/api/search?q={line}").status_code == 400


def test_a_search_shows_only_what_a_person_belongs_to(
    bob: Any, carl: Any, project: Any, image: Any
) -> None:
    found = api_of(bob)("get", "/api/search?q=squares").json()
    assert [one["inside"] for one in found["images"]] == ["Nuclei / Plate 1"]
    assert [one["name"] for one in api_of(bob)("get", "/api/search?q=plate").json()["datasets"]]
    assert api_of(bob)("get", "/api/search?q=nucl").json()["projects"][0]["name"] == "Nuclei"
    assert api_of(carl)("get", "/api/search?q=squares").json()["images"] == []
    assert api_of(carl)("get", f"/api/search?q=a&project={project.pk}").status_code == 404
    assert "squares" in words_of(browser_of(bob).get(f"/search?q=squares&project={project.pk}"))
    assert "Nothing fits" in words_of(browser_of(carl).get("/search?q=squares"))
    assert browser_of(carl).get(f"/search?q=a&project={project.pk}").status_code == 404


def test_what_is_in_the_trash_is_not_found(alice: Any, image: Any) -> None:
    delete_image(actor=alice, image_id=image.pk)
    assert api_of(alice)("get", "/api/search?q=squares").json()["images"] == []


def test_tags_are_put_on_many_images_and_taken_off(
    bob: Any, vera: Any, project: Any, plate: dict[str, Any]
) -> None:
    ids = [str(image.pk) for image in plate.values()]
    tags, api = f"/api/projects/{project.pk}/tags", api_of(bob)
    assert api("post", tags, {"images": ids, "add": ["Treated", "treated "]}).json() == {
        "n_images": 3
    }
    assert api("post", tags, {"images": ids[:1], "add": ["TREATED"]}).json() == {"n_images": 0}
    assert api("get", tags).json() == [{"name": "Treated", "n_images": 3}]
    events = AuditEvent.objects.filter(verb="images.tagged")
    assert sorted(events.get().detail["images"]) == sorted(ids)
    assert api_of(vera)("post", tags, {"images": ids, "add": ["x"]}).status_code == 403
    assert api("post", tags, {"images": ids, "add": ['a"b']}).status_code == 400
    api("post", tags, {"images": ids, "remove": ["treated"]})
    assert not Tag.objects.exists()


def test_an_image_of_another_project_is_not_tagged(bob: Any, carl: Any, image: Any) -> None:
    other = carl.memberships.get().project
    with pytest.raises(Http404):
        tag_images(actor=carl, project_id=other.pk, image_ids=[image.pk], add=["mine"])


def test_the_dataset_page_tags_and_filters(bob: Any, dataset: Any, plate: dict[str, Any]) -> None:
    browser, chosen = browser_of(bob), plate["C03_s1"]
    form = {"dataset": dataset.pk, "images": chosen.pk, "add": "day 3, treated"}
    answer = browser.post(f"/projects/{dataset.project_id}/tags", form)
    assert answer["Location"] == f"/datasets/{dataset.pk}"
    page = words_of(browser.get(f"/datasets/{dataset.pk}?tag=day+3&view=table"))
    assert "p1_C03_s1" in page
    assert "p1_B02_s1" not in page
    assert "day 3 · 1" in page
    assert "1 of 3 images" in page
    assert "treated" in words_of(browser.get(f"/images/{chosen.pk}/details"))


def test_left_out_images_are_counted(rita: Any, dataset: Any, plate: dict[str, Any]) -> None:
    exclude_image(actor=rita, image_id=plate["B02_s1"].pk, reason="Out of focus")
    assert "3 images · 0 cells · 1 left out" in words_of(
        browser_of(rita).get(f"/datasets/{dataset.pk}")
    )


def test_counts_of_a_large_dataset_are_kept_until_something_changes(
    bob: Any, rita: Any, dataset: Any, plate: dict[str, Any], monkeypatch: Any
) -> None:
    monkeypatch.setattr(dataset_summary, "LARGE", 1)
    before = dataset_summary.summary_of(dataset, {})
    Image.objects.update(n_cells=7)
    assert dataset_summary.summary_of(dataset, {}) == before, "nobody was told"
    exclude_image(actor=rita, image_id=plate["B02_s1"].pk, reason="Out of focus")
    assert dataset_summary.summary_of(dataset, {}).n_cells == 21


def test_all_that_fits_is_meant_whatever_the_page(
    alice: Any, dataset: Any, plate: dict[str, Any], monkeypatch: Any
) -> None:
    monkeypatch.setattr("webapp.views.datasets.PER_PAGE", 1)
    browser, page = browser_of(alice), f"/datasets/{dataset.pk}"
    assert "All 2, on every page" in words_of(browser.get(page, {"q": "well:B02"}))
    form = {"dataset": dataset.pk, "all": "q=well%3AB02", "images": plate["C03_s1"].pk}
    browser.post(f"/projects/{dataset.project_id}/tags", form | {"add": "treated"})
    tagged = Image.objects.filter(tags__name="treated").order_by("name")
    assert [image.name for image in tagged] == ["p1_B02_s1", "p1_B02_s2"]
    answer = browser.post(
        f"/api{page}/originals.zip", "all=tag%3Dtreated", "application/x-www-form-urlencoded"
    )
    assert b"p1_B02_s2.tif" in b"".join(answer.streaming_content)
    browser.post(f"{page}/choose", form)
    assert len(browser.session[f"chosen:{dataset.pk}"]) == 2
    browser.post(f"{page}/delete", form)
    assert [image.name for image in Image.objects.filter(deleted_at=None)] == ["p1_C03_s1"]
    said = words_of(browser.post(f"{page}/delete", {"all": "q=foo:bar"}, follow=True))
    assert "There is no condition “foo”" in said
