"""The dataset page: what is in it, what needs a look, the trash; and one image's details."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.visits import browser_of, words_of
from webapp.actions.uploads import fail_upload
from webapp.models import AuditEvent, Image, Upload
from webapp.views.datasets import common_start


def test_an_empty_dataset_names_the_first_step(bob: Any, dataset: Any) -> None:
    assert "Upload images" in words_of(browser_of(bob).get(f"/datasets/{dataset.pk}"))


def test_images_are_filtered_by_state_and_by_name(
    bob: Any, dataset: Any, make_image: Callable[[str], Any], segment: Callable[[Any], Any]
) -> None:
    segment(make_image("alpha.tif"))
    make_image("beta.tif")
    browser, page = browser_of(bob), f"/datasets/{dataset.pk}"
    assert _tiles(browser.get(page)) == {"alpha", "beta"}
    assert _tiles(browser.get(page + "?state=segmented")) == {"alpha"}
    assert _tiles(browser.get(page + "?q=BET")) == {"beta"}
    assert "No image fits" in words_of(browser.get(page + "?q=gamma"))


def test_what_needs_a_look_is_counted(bob: Any, dataset: Any, image: Any) -> None:
    Image.objects.update(axes_are_ambiguous=True, pixel_size_y_um=None, pixel_size_x_um=None)
    upload = Upload.objects.create(
        dataset=dataset, file_name="broken.tif", size_bytes=1, created_by=bob
    )
    fail_upload(upload, "This file is cut off.")
    said = words_of(browser_of(bob).get(f"/datasets/{dataset.pk}"))
    assert "Upload failed 1 file" in said
    assert "Axes read by guess 1" in said
    assert "Pixel size not known 1" in said
    assert "No cells found" not in said


def test_the_table_tells_sizes_and_scales(bob: Any, dataset: Any, image: Any) -> None:
    said = words_of(browser_of(bob).get(f"/datasets/{dataset.pk}?view=table"))
    assert "700 × 600" in said
    assert "DAPI, Actin" in said
    assert "0.5 µm" in said


def test_deleted_images_come_back_from_the_trash(alice: Any, dataset: Any, image: Any) -> None:
    browser = browser_of(alice)
    browser.post(f"/datasets/{dataset.pk}/delete", {"images": [image.pk]})
    assert "No images yet" in words_of(browser.get(f"/datasets/{dataset.pk}"))
    assert image.name in words_of(browser.get(f"/projects/{dataset.project_id}/trash"))
    browser.post(f"/projects/{dataset.project_id}/trash", {"images": image.pk})
    assert _tiles(browser.get(f"/datasets/{dataset.pk}")) == {image.name}


def test_an_annotator_deletes_nothing(bob: Any, dataset: Any, image: Any) -> None:
    response = browser_of(bob).post(f"/datasets/{dataset.pk}/delete", {"images": [image.pk]})
    assert response.status_code == 403
    assert Image.objects.get().deleted_at is None


def test_the_upload_page_keeps_the_sentence_of_a_failed_file(bob: Any, dataset: Any) -> None:
    upload = Upload.objects.create(
        dataset=dataset, file_name="broken.tif", size_bytes=2_500_000, created_by=bob
    )
    fail_upload(upload, "This file is cut off. Copy it again.")
    said = words_of(browser_of(bob).get(f"/datasets/{dataset.pk}/upload"))
    assert "broken.tif This file is cut off. Copy it again. 2.5 MB Failed" in said


def test_metadata_are_corrected_and_logged(bob: Any, image: Any) -> None:
    response = browser_of(bob).post(
        f"/images/{image.pk}/details", _form(image, pixel_size_x_um="0,65", pixel_size_y_um="0.65")
    )
    assert response.status_code == 302
    image.refresh_from_db()
    assert image.pixel_size_um == (0.65, 0.65)
    event = AuditEvent.objects.get(verb="image.metadata_changed")
    assert event.detail["pixel_size_x_um"] == ["0.5", "0.65"]


def test_the_newest_result_is_shown_with_its_warnings(
    bob: Any, image: Any, segment: Callable[[Any], Any]
) -> None:
    found = segment(image)
    found.warnings = ["The image looks out of focus: check the outlines."]
    found.manifest = {"channel_names": ["DAPI", "Actin"], "result": {"channels": [1, 0]}}
    found.save()
    said = words_of(browser_of(bob).get(f"/images/{image.pk}/details"))
    assert "Newest result Cells 3" in said
    assert "Looked at Actin + DAPI" in said
    assert "The image looks out of focus: check the outlines." in said


def test_the_role_of_a_channel_is_shown_and_chosen(bob: Any, image: Any) -> None:
    browser = browser_of(bob)
    page = browser.get(f"/images/{image.pk}/details").content.decode()
    assert '<option value="nucleus" selected>' in page
    form = _form(image) | {"channel_roles": ["nucleus", "other"]}
    browser.post(f"/images/{image.pk}/details", form)
    assert [channel.role for channel in image.channels.all()] == ["nucleus", "other"]


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("pixel_size_x_um", "wide", "'wide' is not a number"),
        ("pixel_size_x_um", "-1", "above zero"),
        ("pixel_size_x_um", "nan", "above zero"),
        ("pixel_size_x_um", "", "both the height and the width"),
        ("name", " ", "give the image a name"),
    ],
)
def test_nonsense_is_refused_in_words(
    bob: Any, image: Any, field: str, value: str, sentence: str
) -> None:
    form = _form(image) | {field: value}
    response = browser_of(bob).post(f"/images/{image.pk}/details", form, follow=True)
    assert sentence in words_of(response)
    image.refresh_from_db()
    assert image.pixel_size_um == (0.5, 0.5)


def test_a_viewer_changes_no_metadata(vera: Any, image: Any) -> None:
    response = browser_of(vera).post(f"/images/{image.pk}/details", _form(image, name="other"))
    assert response.status_code == 403


def test_what_all_names_share_is_left_out_up_to_a_separator() -> None:
    assert common_start(["plate_A01_s1", "plate_A01_s2"]) == "plate_A01_"
    assert common_start(["alpha", "alps"]) == ""
    assert common_start(["only_one"]) == ""


def _form(image: Any, **changes: str) -> dict[str, Any]:
    return {
        "name": image.name,
        "channel_names": ["DAPI", "Actin"],
        "pixel_size_x_um": "0.5",
        "pixel_size_y_um": "0.5",
        "slice_step_um": "",
        "frame_interval_s": "",
        **changes,
    }


def _tiles(response: Any) -> set[str]:
    return {image.name for image in response.context["leaf"]}
