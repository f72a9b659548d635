"""A file of several images becomes as many images, in one step, wherever it comes from."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.template.loader import render_to_string

from segmentation.models import SegmentationModel
from segmentation.queries.fingerprint import fingerprint
from tests.cast import page_of
from tests.webapp.imaging.vendor_files import LifImage, made_up, write_lif
from webapp.actions.images import image_id_of
from webapp.actions.ingest import ingest
from webapp.actions.rebuild import rebuild_image
from webapp.actions.trash import delete_image
from webapp.actions.uploads import part_path
from webapp.imaging.planes import read_planes
from webapp.models import AuditEvent, Image, Upload
from webapp.states import UploadState
from webapp.storage.derived import image_folder

pytestmark = pytest.mark.django_db

PIXELS = [made_up((20 + n, 30), seed=n) for n in range(3)]
Send = Callable[..., Upload]


@pytest.fixture
def send(dataset: Any, bob: Any, tmp_path: Path) -> Send:
    """Sends a file of three images, of which `damage` may cut the last one off, and reads it."""

    def run(cut_bytes: int = 0) -> Upload:
        images = [LifImage(f"Field {n}", pixels, "YX") for n, pixels in enumerate(PIXELS)]
        content = write_lif(tmp_path / "a.lif", images).read_bytes()
        upload = Upload.objects.create(
            dataset=dataset,
            file_name="fields.lif",
            size_bytes=len(content),
            offset_bytes=len(content),
            state=UploadState.CHECKING,
            created_by=bob,
        )
        part_path(upload.pk).parent.mkdir(parents=True, exist_ok=True)
        part_path(upload.pk).write_bytes(content[: len(content) - cut_bytes])
        ingest(upload.pk)
        upload.refresh_from_db()
        return upload

    return run


def plane(image: Image) -> Any:
    """The only plane of an image."""
    return read_planes(image_folder(image.pk) / "pyramid.zarr", 0, 0)[0]


def test_each_image_of_a_file_has_its_pixels_its_name_and_its_place(send: Send) -> None:
    upload = send()
    assert (upload.state, upload.sentence) == (UploadState.READY, "")
    images = upload.images_here
    assert [image.name for image in images] == [f"fields - Field {n}" for n in range(3)]
    assert [(image.series, image.n_series) for image in images] == [(0, 3), (1, 3), (2, 3)]
    assert upload.image == images[0]
    assert len({image.blob_id for image in images}) == 1
    for image, pixels in zip(images, PIXELS, strict=True):
        assert np.array_equal(plane(image), pixels)
    told = AuditEvent.objects.filter(verb="image.added").count()
    assert told == 3


def test_when_one_image_of_a_file_is_damaged_none_is_added(send: Send) -> None:
    upload = send(cut_bytes=100)
    assert upload.state == UploadState.FAILED
    assert "cut off" in upload.sentence
    assert not Image.objects.exists()
    assert not any(image_folder(image_id_of(upload, number)).exists() for number in range(3))


def test_the_same_file_is_not_added_twice(send: Send) -> None:
    first, second = send(), send()
    assert Image.objects.count() == 3
    assert second.image == first.image
    assert "fields - Field 0 and 2 more" in second.sentence


def test_a_second_time_only_the_images_that_are_gone_are_added(send: Send, alice: Any) -> None:
    first = send()
    delete_image(actor=alice, image_id=first.images_here[1].pk)
    second = send()
    assert [image.series for image in second.images_here] == [1]
    assert np.array_equal(plane(second.images_here[0]), PIXELS[1])
    assert second.sentence.startswith("2 of the 3 images of this file were here already")


def test_a_deleted_pyramid_comes_back_from_its_own_image_of_the_file(send: Send) -> None:
    last = send().images_here[2]
    shutil.rmtree(image_folder(last.pk))
    assert rebuild_image(last.pk)
    assert np.array_equal(plane(last), PIXELS[2])


def test_images_of_one_file_are_never_taken_for_each_other(send: Send) -> None:
    images = send().images_here
    for image in images:  # even where everything else is equal
        image.height = image.width = 20
    model = SegmentationModel(method="classical", digest="")
    assert len({fingerprint(image, model, {}) for image in images}) == 3


def test_the_row_of_the_file_links_all_its_images(send: Send, bob: Any, dataset: Any) -> None:
    upload = send()
    browser = page_of(bob)
    told = browser.get(f"/api/uploads/{upload.pk}").json()
    assert [one["name"] for one in told["images"]] == [f"fields - Field {n}" for n in range(3)]
    page = browser.get(f"/datasets/{dataset.pk}/upload").content.decode()
    for image in upload.images_here:
        assert f'href="/images/{image.pk}/details">{image.name}</a>' in page
    assert "3 images:" in page
    found = browser.get(f"/datasets/{dataset.pk}?q={upload.file_name}").content.decode()
    assert all(image.name in found for image in upload.images_here)
    details = browser.get(f"/images/{upload.images_here[1].pk}/details").content.decode()
    assert "image 2 of 3 in the file" in details


def test_of_many_images_the_row_names_four_and_leads_to_the_others(dataset: Any) -> None:
    upload = Upload(dataset=dataset, file_name="a & b.lif")
    images = [Image(id=image_id_of(upload, n), name=f"image {n}") for n in range(6)]
    row = render_to_string(
        "partials/images_of_upload.html", {"upload": upload, "images": images}
    ).strip()
    assert row.startswith("6 images: <a")
    assert row.count("/details") == 4
    assert row.endswith(f'<a href="/datasets/{dataset.pk}?q=a%20%26%20b.lif">and 2 more</a>')
