"""What the viewer is told about an image, and what may be corrected about it."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image as Picture

from tests.cast import caller, edit_of, page_of, patch_of
from webapp.models import AuditEvent

pytestmark = pytest.mark.django_db


def test_the_viewer_is_told_all_it_needs(annotation: Any, vera: Any) -> None:
    image = annotation.image
    told = page_of(vera).get(f"/api/images/{image.pk}").json()
    assert told["axes"] == "TCZYX"
    assert told["shape"] == [1, 2, 1, 600, 700]
    assert (told["dtype"], told["pixel_size_um"]) == ("uint16", [0.5, 0.5])
    assert told["levels"] == [
        {"level": 0, "height": 600, "width": 700},
        {"level": 1, "height": 300, "width": 350},
    ]
    assert [channel["name"] for channel in told["channels"]] == ["DAPI", "Actin"]
    assert len(told["channels"][0]["histogram"]) == 64
    assert told["annotation"] == str(annotation.pk)
    assert told["state"] == "segmented"


def test_neighbours_come_in_the_order_of_their_names(make_image: Any, vera: Any) -> None:
    images = [make_image(f"{name}.tif") for name in ("b", "a", "c")]
    told = page_of(vera).get(f"/api/images/{images[0].pk}").json()
    assert [row["name"] for row in told["neighbours"]] == ["a", "b", "c"]
    assert [row["is_current"] for row in told["neighbours"]] == [False, True, False]
    assert told["previous_url"] == f"/images/{images[1].pk}"
    assert told["next_url"] == f"/images/{images[2].pk}"
    last = page_of(vera).get(f"/api/images/{images[2].pk}").json()
    assert last["next_url"] is None


def test_a_correction_of_the_pixel_size_is_logged_with_before_and_after(
    image: Any, bob: Any
) -> None:
    change = {"pixel_size_y_um": 0.325, "pixel_size_x_um": 0.325, "channel_names": ["Nuclei", "F"]}
    told = caller(page_of(bob))("patch", f"/api/images/{image.pk}", change).json()
    assert (told["pixel_size_y_um"], told["channel_names"]) == (0.325, ["Nuclei", "F"])
    event = AuditEvent.objects.get(verb="image.metadata_changed")
    assert event.detail["pixel_size_y_um"] == ["0.5", "0.325"]
    assert event.detail["channel_names"] == [["DAPI", "Actin"], ["Nuclei", "F"]]


@pytest.mark.parametrize(
    "change",
    [
        {"pixel_size_y_um": 0},
        {"pixel_size_y_um": -1},
        {"pixel_size_y_um": "nan"},
        {"pixel_size_y_um": None},
        {"frame_interval_s": "inf"},
        {"name": "  "},
        {"name": "a\x00b"},
        {"name": "x" * 200},
        {"channel_names": ["one"]},
        {"channel_names": "DAPI"},
    ],
    ids=str,
)
def test_a_correction_that_makes_no_sense_is_refused(
    image: Any, bob: Any, change: dict[str, Any]
) -> None:
    answer = caller(page_of(bob))("patch", f"/api/images/{image.pk}", change)
    assert answer.status_code == 400, answer.content
    image.refresh_from_db()
    assert (image.name, image.pixel_size_um) == ("squares", (0.5, 0.5))


@pytest.mark.parametrize(
    "change", [{"color": "red"}, {"low": "nan"}, {"gamma": 0}, {"high": None}], ids=str
)
def test_a_channel_is_not_shown_in_a_way_that_makes_no_sense(
    image: Any, bob: Any, change: dict[str, Any]
) -> None:
    url = f"/api/images/{image.pk}/channels/0"
    assert caller(page_of(bob))("patch", url, change).status_code == 400


def test_how_a_channel_is_shown_is_remembered(image: Any, bob: Any, vera: Any) -> None:
    shown = {"color": "#ff00ff", "low": 12.5, "high": 400.0, "gamma": 0.7}
    url = f"/api/images/{image.pk}/channels/1"
    assert caller(page_of(bob))("patch", url, shown).status_code == 200
    told = page_of(vera).get(f"/api/images/{image.pk}").json()["channels"][1]
    assert {name: told[name] for name in shown} == shown
    assert caller(page_of(bob))("patch", url[:-1] + "2", shown).status_code == 404


def test_an_image_in_the_trash_is_nowhere_until_it_is_restored(image: Any, alice: Any) -> None:
    ask = caller(page_of(alice))
    url = f"/api/images/{image.pk}"
    assert ask("delete", url).status_code == 204
    listed = ask("get", f"/api/datasets/{image.dataset_id}/images").json()
    assert (ask("get", url).status_code, listed["count"]) == (404, 0)
    assert ask("post", f"{url}/restore").status_code == 200
    assert ask("get", url).status_code == 200


def picture_of(answer: Any) -> np.ndarray[Any, Any]:
    """The pixels of a streamed picture."""
    content = b"".join(answer.streaming_content)
    return np.asarray(Picture.open(io.BytesIO(content)).convert("RGB"))


def test_the_thumbnail_follows_the_masks(annotation: Any, bob: Any) -> None:
    browser, url = page_of(bob), f"/api/images/{annotation.image_id}/thumbnail"
    first = browser.get(url)
    before = picture_of(first)
    assert max(before.shape[:2]) == 320
    assert browser.get(url, headers={"If-None-Match": first["ETag"]}).status_code == 304
    edit = edit_of(0, patch_of((100, 500, 140, 560), 2, 0), kind="delete")
    saved = caller(browser)("post", f"/api/annotations/{annotation.pk}/edits", edit)
    assert saved.status_code == 201
    second = browser.get(url, headers={"If-None-Match": first["ETag"]})
    assert second.status_code == 200
    after = picture_of(second)
    changed = np.argwhere((before.astype(int) - after).max(axis=2) > 60)
    assert len(changed) > 0
    top, left = changed.min(axis=0)
    bottom, right = changed.max(axis=0)
    scale = 320 / 700
    assert top >= 100 * scale - 3
    assert bottom <= 140 * scale + 3
    assert left >= 500 * scale - 3
    assert right <= 560 * scale + 3


def test_images_can_be_found_by_state_and_name(make_image: Any, vera: Any) -> None:
    for name in ("A01", "A02", "B01"):
        image = make_image(f"{name}.tif")
    url = f"/api/datasets/{image.dataset_id}/images"
    by_name = page_of(vera).get(url, {"name": "a0"}).json()
    assert [row["name"] for row in by_name["results"]] == ["A01", "A02"]
    assert page_of(vera).get(url, {"state": "approved"}).json()["count"] == 0
    assert page_of(vera).get(url, {"state": "uploaded"}).json()["count"] == 3
