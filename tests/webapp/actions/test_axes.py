"""A file that does not say what its pages are asks, and is read as a person answers."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import tifffile
from django.core.exceptions import PermissionDenied
from django.http import Http404

from segmentation.models import SegmentationModel
from segmentation.queries.fingerprint import fingerprint
from tests.cast import page_of
from webapp.actions.axes import answer_axes, forget_answer
from webapp.actions.ingest import ingest
from webapp.actions.rebuild import rebuild_image, rebuild_question
from webapp.actions.uploads import part_path
from webapp.imaging.planes import read_planes
from webapp.models import AuditEvent, AxesAnswer, Image, Upload
from webapp.states import Conflict, Refused, UploadState
from webapp.storage.derived import image_folder, question_folder

pytestmark = pytest.mark.django_db

Send = Callable[..., Upload]


def pages(n_pages: int = 6, seed: int = 0) -> Any:
    """Pages of noise, each with a mean of its own."""
    rng = np.random.default_rng(seed)
    means = 100 * np.arange(1, n_pages + 1)[:, np.newaxis, np.newaxis]
    return (means + rng.integers(0, 50, (n_pages, 20, 30))).astype(np.uint16)


@pytest.fixture
def send(dataset: Any, bob: Any) -> Send:
    """Sends a plain TIFF of several pages and lets the worker read it."""

    def run(pixels: Any, name: str = "stack.tif") -> Upload:
        buffer = io.BytesIO()
        tifffile.imwrite(buffer, pixels, photometric="minisblack", metadata=None)
        content = buffer.getvalue()
        upload = Upload.objects.create(
            dataset=dataset,
            file_name=name,
            size_bytes=len(content),
            offset_bytes=len(content),
            state=UploadState.CHECKING,
            created_by=bob,
        )
        part_path(upload.pk).parent.mkdir(parents=True, exist_ok=True)
        part_path(upload.pk).write_bytes(content)
        return read(upload)

    return run


def read(upload: Upload) -> Upload:
    """Let the worker read a file."""
    ingest(upload.pk)
    upload.refresh_from_db()
    return upload


def test_pages_without_a_meaning_are_never_guessed(send: Send) -> None:
    upload = send(pages())
    assert upload.state == UploadState.ASKING
    assert upload.sentence == "The file does not say what its 6 pages are."
    assert upload.question is not None
    offered = [one["axes"] for one in upload.question["answers"]]
    assert offered[:3] == ["z6", "t6", "c6"]
    assert {"z3c2", "c2z3", "t2c3", "c3t2"} < set(offered)
    assert not Image.objects.exists()
    assert not image_folder(upload.pk).exists()
    pictures = sorted(question_folder(upload.pk).iterdir())
    assert len(pictures) == len(offered)


def test_a_single_page_never_asks(send: Send) -> None:
    assert send(pages(1)).state == UploadState.READY


@pytest.mark.parametrize(
    ("axes", "shape", "place"),
    [
        ("z6", (1, 1, 6), lambda t, c, z: z),
        ("t6", (6, 1, 1), lambda t, c, z: t),
        ("z3c2", (1, 2, 3), lambda t, c, z: 2 * z + c),
        ("c2z3", (1, 2, 3), lambda t, c, z: 3 * c + z),
        ("t3c2", (3, 2, 1), lambda t, c, z: 2 * t + c),
    ],
)
def test_every_plane_is_the_page_that_the_answer_says(
    send: Send, bob: Any, axes: str, shape: tuple[int, int, int], place: Any
) -> None:
    upload = send(pages())
    answer_axes(actor=bob, upload_id=upload.pk, axes=axes)
    image = read(upload).images_here[0]
    assert (image.shape[:3], image.axes_said, image.axes_are_ambiguous) == (shape, axes, False)
    for t, c, z in np.ndindex(*shape):
        shown = read_planes(image_folder(image.pk) / "pyramid.zarr", t, z)[c]
        assert np.array_equal(shown, pages()[place(t, c, z)])


def test_one_answer_does_for_all_like_it_now_and_later(send: Send, bob: Any) -> None:
    first, second = send(pages()), send(pages(seed=1), "b.tif")
    other = send(pages(4), "c.tif")
    read_on = answer_axes(actor=bob, upload_id=first.pk, axes="t6", is_for_all=True)
    assert {one.pk for one in read_on} == {first.pk, second.pk}
    assert [read(one).state for one in (first, second)] == [UploadState.READY] * 2
    later = send(pages(seed=2), "d.tif")
    assert (later.state, later.images_here[0].n_frames) == (UploadState.READY, 6)
    assert later.answered_by == bob
    other.refresh_from_db()
    assert other.state == UploadState.ASKING


def test_an_answer_that_was_taken_back_is_asked_for_again(send: Send, bob: Any) -> None:
    upload = send(pages())
    answer_axes(actor=bob, upload_id=upload.pk, axes="t6", is_for_all=True)
    read(upload)
    kept = AxesAnswer.objects.get()
    forget_answer(actor=bob, dataset_id=upload.dataset_id, answer_id=kept.pk)
    assert send(pages(seed=1), "b.tif").state == UploadState.ASKING


def test_only_what_fits_the_file_is_an_answer(send: Send, bob: Any) -> None:
    upload = send(pages())
    for axes in ("z5", "z", "", "z2z3", "x6", "z3c2t2", "Z6"):
        with pytest.raises(Refused, match="no answer for 6 pages"):
            answer_axes(actor=bob, upload_id=upload.pk, axes=axes)
    answer_axes(actor=bob, upload_id=upload.pk, axes="t2z3")
    with pytest.raises(Conflict):
        answer_axes(actor=bob, upload_id=upload.pk, axes="z6")


def test_viewers_do_not_answer_and_strangers_find_nothing(send: Send, vera: Any, carl: Any) -> None:
    upload = send(pages())
    with pytest.raises(PermissionDenied):
        answer_axes(actor=vera, upload_id=upload.pk, axes="z6")
    with pytest.raises(Http404):
        answer_axes(actor=carl, upload_id=upload.pk, axes="z6")
    picture = f"/api/uploads/{upload.pk}/axes/0"
    assert page_of(carl).get(picture).status_code == 404
    assert page_of(vera).get(picture).status_code == 403


def test_the_page_offers_each_answer_with_its_picture(send: Send, bob: Any) -> None:
    upload = send(pages())
    browser = page_of(bob)
    page = browser.get(f"/uploads/{upload.pk}/axes").content.decode()
    assert upload.question is not None
    for number, answer in enumerate(upload.question["answers"]):
        assert answer["words"] in page
        picture = browser.get(f"/api/uploads/{upload.pk}/axes/{number}")
        assert picture.headers["Content-Type"] == "image/webp"
    assert browser.post(f"/uploads/{upload.pk}/axes", {"axes": "z6", "is_for_all": "on"})
    details = f"/images/{read(upload).images_here[0].pk}/details"
    assert "6 slices, said Bob" in browser.get(details).content.decode()
    listed = browser.get(f"/datasets/{upload.dataset_id}/upload").content.decode()
    assert "How files that do not say it are read" in listed


def test_the_dataset_says_that_a_file_waits(send: Send, bob: Any, image: Any) -> None:
    send(pages())
    page = page_of(bob).get(f"/datasets/{image.dataset_id}").content.decode()
    assert "Upload waits for you" in page


def test_pictures_that_are_gone_are_made_again(send: Send, bob: Any) -> None:
    upload = send(pages())
    shutil.rmtree(question_folder(upload.pk))
    assert page_of(bob).get(f"/api/uploads/{upload.pk}/axes/0").status_code == 404
    rebuild_question(upload.pk)
    assert page_of(bob).get(f"/api/uploads/{upload.pk}/axes/0").status_code == 200


def test_a_deleted_pyramid_comes_back_as_it_was_answered(send: Send, bob: Any) -> None:
    upload = send(pages())
    answer_axes(actor=bob, upload_id=upload.pk, axes="z3c2")
    image = read(upload).images_here[0]
    shutil.rmtree(image_folder(image.pk))
    assert rebuild_image(image.pk)
    shown = read_planes(image_folder(image.pk) / "pyramid.zarr", 0, 1)
    assert np.array_equal(shown, pages()[2:4])


def test_the_same_bytes_read_in_two_ways_are_two_inputs(send: Send, bob: Any) -> None:
    upload = send(pages())
    answer_axes(actor=bob, upload_id=upload.pk, axes="z3c2")
    image = read(upload).images_here[0]
    model = SegmentationModel(method="classical", digest="")
    first = fingerprint(image, model, {})
    image.axes_said = "c2z3"
    assert fingerprint(image, model, {}) != first


def test_the_log_keeps_who_said_what(send: Send, bob: Any) -> None:
    upload = send(pages())
    answer_axes(actor=bob, upload_id=upload.pk, axes="z6")
    read(upload)
    event = AuditEvent.objects.get(verb="upload.axes_answered")
    assert event.actor_name == "Bob"
    assert event.detail["axes"] == "z6"
    assert AuditEvent.objects.get(verb="image.added").detail["axes_said"] == "z6"
