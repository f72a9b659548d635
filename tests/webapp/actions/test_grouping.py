"""Files of one channel each become one image, with every pixel and every file kept."""

from __future__ import annotations

import io
import json
import shutil
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import tifffile
from django.core.exceptions import PermissionDenied
from django.http import Http404

from tests.cast import page_of
from webapp.actions.grouping import group_images
from webapp.actions.ingest import ingest
from webapp.actions.rebuild import rebuild_image
from webapp.actions.trash import restore_image
from webapp.actions.uploads import part_path
from webapp.actions.wells import assign_wells
from webapp.imaging.planes import read_planes
from webapp.models import AuditEvent, Image, Upload
from webapp.states import ImageState, Refused, UploadState
from webapp.storage.blobs import blob_path
from webapp.storage.derived import image_folder

pytestmark = pytest.mark.django_db
PATTERN = "{plate}_{well}_s{site}_w{channel_number}"
Send = Callable[..., Image]


def pixels(name: str, shape: tuple[int, ...] = (20, 30)) -> Any:
    """The pixels of a file follow from its name."""
    return (
        np.random.default_rng(zlib.crc32(name.encode())).integers(0, 2**16, shape).astype(np.uint16)
    )


@pytest.fixture
def send(dataset: Any, bob: Any) -> Send:
    """Sends a TIFF and lets the worker read it."""

    def run(name: str, shape: tuple[int, ...] = (20, 30)) -> Image:
        buffer = io.BytesIO()
        tifffile.imwrite(buffer, pixels(name, shape), photometric="minisblack")
        upload = Upload.objects.create(
            dataset=dataset,
            file_name=f"{name}.tif",
            size_bytes=len(buffer.getvalue()),
            offset_bytes=len(buffer.getvalue()),
            state=UploadState.CHECKING,
            created_by=bob,
        )
        part_path(upload.pk).parent.mkdir(parents=True, exist_ok=True)
        part_path(upload.pk).write_bytes(buffer.getvalue())
        ingest(upload.pk)
        return Image.objects.get(upload=upload)

    return run


def put_together(bob: Any, dataset: Any, **options: Any) -> list[Image]:
    """Accept the pattern and let the worker do it."""
    uploads = group_images(actor=bob, dataset_id=dataset.pk, pattern=PATTERN, **options)
    for upload in uploads:
        ingest(upload.pk)
        upload.refresh_from_db()
        assert upload.state == UploadState.READY, upload.sentence
    return [upload.images_here[0] for upload in uploads]


def names(dataset: Any) -> list[str]:
    """The images of the dataset that are not in the trash."""
    return sorted(dataset.images.filter(deleted_at=None).values_list("name", flat=True))


def test_the_planes_of_an_image_are_those_of_its_files(send: Send, bob: Any, dataset: Any) -> None:
    singles = [send(f"exp_B03_s1_w{n}") for n in (1, 2)]
    assign_wells(actor=bob, dataset_id=dataset.pk, pattern=PATTERN)
    (image,) = put_together(bob, dataset)
    assert image.name == "exp_B03_s1"
    assert (image.shape, image.source_format) == ((1, 2, 1, 20, 30), "TIFF, 2 files")
    assert (str(image.well), image.site) == ("B03", 1)
    assert [one.name for one in image.channels.all()] == ["Channel 1", "Channel 2"]
    shown = read_planes(image_folder(image.pk) / "pyramid.zarr", 0, 0)
    assert np.array_equal(shown, [pixels("exp_B03_s1_w1"), pixels("exp_B03_s1_w2")])
    assert names(dataset) == ["exp_B03_s1"]
    parts = list(image.parts.all())
    assert [part.file_name for part in parts] == ["exp_B03_s1_w1.tif", "exp_B03_s1_w2.tif"]
    assert [part.blob_id for part in parts] == [single.blob_id for single in singles]
    assert AuditEvent.objects.filter(verb="dataset.images_grouped").count() == 1


def test_wells_come_with_the_names_and_those_that_were_accepted_before_stay(
    send: Send, bob: Any, dataset: Any
) -> None:
    for name in ("exp_B03_s1_w1", "exp_B03_s1_w2"):
        send(name)
    (image,) = put_together(bob, dataset)
    assert (image.well.plate.name, str(image.well), image.site) == ("exp", "B03", 1)
    for name in ("exp_B04_s2_w1", "exp_B04_s2_w2"):
        send(name)
    assign_wells(actor=bob, dataset_id=dataset.pk, pattern="{*}_{well}_s2_w{channel_number}")
    (image,) = put_together(bob, dataset)
    assert (image.well.plate.name, str(image.well)) == ("", "B04")


def test_every_file_can_be_had_back_and_restored(
    send: Send, alice: Any, bob: Any, dataset: Any
) -> None:
    singles = [send(f"exp_B03_s1_w{n}") for n in (1, 2)]
    (image,) = put_together(bob, dataset)
    browser = page_of(bob)
    for number, single in enumerate(singles):
        answer = browser.get(f"/api/images/{image.pk}/parts/{number}")
        content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
        assert content == blob_path(single.blob_id).read_bytes()
    listed = browser.get(f"/images/{image.pk}/details").content.decode()
    assert "2 files, each kept as it came" in listed
    restore_image(actor=alice, image_id=singles[0].pk)
    assert names(dataset) == ["exp_B03_s1", "exp_B03_s1_w1"]


def test_a_deleted_pyramid_comes_back_from_the_files(send: Send, bob: Any, dataset: Any) -> None:
    for n in (1, 2):
        send(f"exp_B03_s1_w{n}")
    (image,) = put_together(bob, dataset)
    shutil.rmtree(image_folder(image.pk))
    assert rebuild_image(image.pk)
    shown = read_planes(image_folder(image.pk) / "pyramid.zarr", 0, 0)
    assert np.array_equal(shown[1], pixels("exp_B03_s1_w2"))


def test_a_set_with_a_missing_file_is_left_alone_unless_somebody_says_so(
    send: Send, bob: Any, dataset: Any
) -> None:
    for name in ("B03_s1_w1", "B03_s1_w2", "B03_s2_w1", "B03_s2_w2", "B03_s3_w1"):
        send(f"exp_{name}")
    send("exp_B03_s3_w3")
    uploads = group_images(actor=bob, dataset_id=dataset.pk, pattern=PATTERN, is_with_missing=True)
    assert len(uploads) == 3
    last = uploads[-1]
    ingest(last.pk)
    last.refresh_from_db()
    image = last.images_here[0]
    shown = read_planes(image_folder(image.pk) / "pyramid.zarr", 0, 0)
    assert np.array_equal(shown[0], pixels("exp_B03_s3_w1"))
    assert not shown[1].any()
    assert image.notes == ["These planes are in no file and are black: channel 2"]


def test_only_complete_sets_are_made_by_default(send: Send, bob: Any, dataset: Any) -> None:
    for name in ("B03_s1_w1", "B03_s1_w2", "B03_s2_w1", "B03_s2_w3", "B03_s1_w3"):
        send(f"exp_{name}")
    assert len(put_together(bob, dataset)) == 1
    assert names(dataset) == ["exp_B03_s1", "exp_B03_s2_w1", "exp_B03_s2_w3"]


def test_images_with_masks_are_never_grouped(send: Send, bob: Any, dataset: Any) -> None:
    send("exp_B03_s1_w1")
    worked_on = send("exp_B03_s1_w2")
    Image.objects.filter(pk=worked_on.pk).update(state=ImageState.SEGMENTED)
    with pytest.raises(Refused, match="no files make one image"):
        group_images(actor=bob, dataset_id=dataset.pk, pattern=PATTERN)


def test_a_single_image_that_somebody_begins_to_work_on_stays(
    send: Send, bob: Any, dataset: Any
) -> None:
    first = send("exp_B03_s1_w1")
    send("exp_B03_s1_w2")
    (upload,) = group_images(actor=bob, dataset_id=dataset.pk, pattern=PATTERN)
    Image.objects.filter(pk=first.pk).update(state=ImageState.SEGMENTED)
    ingest(upload.pk)
    assert names(dataset) == ["exp_B03_s1", "exp_B03_s1_w1"]


def test_asked_twice_it_is_done_once(send: Send, bob: Any, dataset: Any) -> None:
    for n in (1, 2):
        send(f"exp_B03_s1_w{n}")
    assert len(group_images(actor=bob, dataset_id=dataset.pk, pattern=PATTERN)) == 1
    assert group_images(actor=bob, dataset_id=dataset.pk, pattern=PATTERN) == []


def test_a_file_that_is_part_of_an_image_is_not_added_again(
    send: Send, bob: Any, dataset: Any
) -> None:
    for n in (1, 2):
        send(f"exp_B03_s1_w{n}")
    put_together(bob, dataset)
    with pytest.raises(Image.DoesNotExist):
        send("exp_B03_s1_w2")
    last = Upload.objects.latest("created_at")
    assert last.sentence == "The same file is here already, in exp_B03_s1."


def test_a_list_of_parts_that_somebody_uploads_is_no_image(
    send: Send, bob: Any, dataset: Any
) -> None:
    """Or she could name the bytes of another lab."""
    for n in (1, 2):
        send(f"exp_B03_s1_w{n}")
    (image,) = put_together(bob, dataset)
    forged = blob_path(image.blob_id).read_bytes() + b"\n"
    assert json.loads(forged)["parts"]
    upload = Upload.objects.create(
        dataset=dataset,
        file_name="forged.parts",
        size_bytes=len(forged),
        offset_bytes=len(forged),
        state=UploadState.CHECKING,
        created_by=bob,
    )
    part_path(upload.pk).parent.mkdir(parents=True, exist_ok=True)
    part_path(upload.pk).write_bytes(forged)
    ingest(upload.pk)
    upload.refresh_from_db()
    assert (upload.state, "text file" in upload.sentence) == (UploadState.FAILED, True)


def test_the_page_shows_what_goes_where_and_accepts_it(send: Send, bob: Any, dataset: Any) -> None:
    for name in ("B03_s1_w1", "B03_s1_w2", "B04_s1_w1", "B04_s1_w2"):
        send(f"exp_{name}")
    send("exp_B05_s1_w1")
    send("exp_B05_s1_w2", (10, 10))
    browser = page_of(bob)
    page = browser.get(f"/datasets/{dataset.pk}/group").content.decode()
    assert "ImageXpress (MetaXpress)" in page
    assert "3 images of 6 files" in page
    assert "Sizes differ: 10 × 10 and 20 × 30. It is not put together." in page
    browser.post(f"/datasets/{dataset.pk}/group", {"pattern": PATTERN})
    assert Upload.objects.filter(is_manifest=True).count() == 2
    told = browser.get(f"/api/datasets/{dataset.pk}/groups?pattern={PATTERN}").json()
    assert [one["name"] for one in told["stacks"]] == ["exp_B03_s1", "exp_B04_s1", "exp_B05_s1"]


def test_what_the_names_say_is_told_in_numbers_until_it_is_accepted(
    send: Send, bob: Any, dataset: Any
) -> None:
    for name in ("B03_s1_w1", "B03_s1_w2", "B04_s1_w1", "B04_s1_w2"):
        send(f"exp_{name}")
    address = f"/api/datasets/{dataset.pk}/recognized"
    told = page_of(bob).get(address).json()
    assert told == {"n_files": 4, "n_images": 2, "n_without_well": 4, "n_read_otherwise": 0}
    for upload in group_images(actor=bob, dataset_id=dataset.pk, pattern=PATTERN):
        ingest(upload.pk)
    told = page_of(bob).get(address).json()
    assert told == {"n_files": 0, "n_images": 0, "n_without_well": 0, "n_read_otherwise": 0}


def test_viewers_do_not_group_and_strangers_find_nothing(
    send: Send, vera: Any, carl: Any, dataset: Any
) -> None:
    with pytest.raises(PermissionDenied):
        group_images(actor=vera, dataset_id=dataset.pk, pattern=PATTERN)
    with pytest.raises(Http404):
        group_images(actor=carl, dataset_id=dataset.pk, pattern=PATTERN)
