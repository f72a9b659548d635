"""The tus protocol, with clients that behave and clients that do not."""

from __future__ import annotations

import base64
import fcntl
import hashlib
from typing import Any

import pytest

from tests.cast import ReadFile, page_of
from tests.webapp.api.tus import PART, VERSION, announce, append, encoded, offset_of
from webapp.actions.ingest import ingest
from webapp.actions.uploads import part_path
from webapp.models import Image, Upload
from webapp.states import UploadState

pytestmark = pytest.mark.django_db


def test_the_server_says_what_it_can_do(bob: Any) -> None:
    answer = page_of(bob).options("/api/uploads")
    assert answer.status_code == 204
    assert answer["Tus-Version"] == "1.0.0"
    assert "termination" in answer["Tus-Extension"]
    assert int(answer["Tus-Max-Size"]) > 2**30


def test_a_file_goes_up_in_parts_and_becomes_an_image(
    bob: Any, dataset: Any, read_file: ReadFile
) -> None:
    browser, content = page_of(bob), read_file.path.read_bytes()
    location = announce(browser, dataset, "plate.ome.tif", len(content))["Location"]
    middle = len(content) // 2
    assert append(browser, location, 0, content[:middle])["Upload-Offset"] == str(middle)
    assert offset_of(browser, location) == middle
    assert append(browser, location, middle, content[middle:]).status_code == 204
    upload = Upload.objects.get()
    assert upload.state == UploadState.CHECKING
    ingest(upload.pk)
    image = Image.objects.get()
    assert (image.name, image.shape) == ("plate", (1, 2, 1, 600, 700))
    assert image.pixel_size_um == (0.5, 0.5)
    original = browser.get(f"/api/images/{image.pk}/original")
    assert b"".join(original.streaming_content) == content
    told = browser.get(location).json()
    assert (told["state"], told["image"]) == ("ready", str(image.pk))


def test_a_file_can_come_with_its_announcement(bob: Any, dataset: Any) -> None:
    metadata = f"filename {encoded('a.tif')},dataset {encoded(str(dataset.pk))}"
    headers = VERSION | {"Upload-Length": "5", "Upload-Metadata": metadata}
    answer = page_of(bob).post("/api/uploads", b"abc", content_type=PART, headers=headers)
    assert (answer.status_code, answer["Upload-Offset"]) == (201, "3")


def test_another_version_of_the_protocol_is_refused(bob: Any, dataset: Any) -> None:
    answer = page_of(bob).post("/api/uploads", headers={"Tus-Resumable": "0.2.2"})
    assert (answer.status_code, answer["Tus-Version"]) == (412, "1.0.0")


@pytest.mark.parametrize("offset", [1, 4, 10])
def test_a_part_that_does_not_continue_the_file_is_refused_with_the_right_offset(
    bob: Any, dataset: Any, offset: int
) -> None:
    browser = page_of(bob)
    location = announce(browser, dataset, "a.tif", 10)["Location"]
    append(browser, location, 0, b"abc")
    refused = append(browser, location, offset, b"xyz")
    assert refused.status_code == 409
    assert refused.json()["code"] == "wrong_offset"
    assert refused.json()["offset_bytes"] == 3
    assert offset_of(browser, location) == 3


@pytest.mark.parametrize("offset", ["", "-1", "three", "1e3", "9" * 40, "٣"])
def test_an_offset_that_is_no_number_is_refused(bob: Any, dataset: Any, offset: str) -> None:
    browser = page_of(bob)
    location = announce(browser, dataset, "a.tif", 10)["Location"]
    offset = offset.encode().decode("latin-1")
    assert append(browser, location, offset, b"abc").status_code == 400


def test_more_bytes_than_announced_are_refused_and_none_is_kept(bob: Any, dataset: Any) -> None:
    browser = page_of(bob)
    location = announce(browser, dataset, "a.tif", 5)["Location"]
    assert append(browser, location, 0, b"abcdefgh").status_code == 400
    assert offset_of(browser, location) == 0
    assert append(browser, location, 0, b"abcde").status_code == 204


@pytest.mark.parametrize(
    ("algorithm", "digest"),
    [
        ("sha256", hashlib.sha256(b"abc").digest()),
        ("sha1", hashlib.sha1(b"abc").digest()),
        ("crc32", bytes.fromhex("352441c2")),
    ],
)
def test_a_part_that_was_damaged_on_its_way_is_not_kept(
    bob: Any, dataset: Any, algorithm: str, digest: bytes
) -> None:
    browser = page_of(bob)
    assert algorithm in browser.options("/api/uploads")["Tus-Checksum-Algorithm"].split(",")
    location = announce(browser, dataset, "a.tif", 6)["Location"]
    checksum = {"Upload-Checksum": f"{algorithm} {base64.b64encode(digest).decode()}"}
    damaged = append(browser, location, 0, b"abd", **checksum)
    assert (damaged.status_code, damaged.json()["code"]) == (460, "damaged_part")
    assert offset_of(browser, location) == 0
    assert append(browser, location, 0, b"abc", **checksum)["Upload-Offset"] == "3"
    assert part_path(Upload.objects.get().pk).read_bytes() == b"abc"


@pytest.mark.parametrize("checksum", ["md5 AAAA", "sha1 not base64", "sha1"])
def test_a_checksum_that_says_nothing_is_refused(bob: Any, dataset: Any, checksum: str) -> None:
    location = announce(page_of(bob), dataset, "a.tif", 3)["Location"]
    answer = append(page_of(bob), location, 0, b"abc", **{"Upload-Checksum": checksum})
    assert answer.status_code in (400, 460)
    assert offset_of(page_of(bob), location) == 0


def test_two_connections_do_not_write_the_same_file(bob: Any, dataset: Any) -> None:
    browser = page_of(bob)
    location = announce(browser, dataset, "a.tif", 5)["Location"]
    path = part_path(Upload.objects.get().pk)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        refused = append(browser, location, 0, b"abcde")
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
    assert append(browser, location, 0, b"abcde").status_code == 204


def test_bytes_that_were_never_confirmed_are_written_over(bob: Any, dataset: Any) -> None:
    browser = page_of(bob)
    location = announce(browser, dataset, "a.tif", 5)["Location"]
    path = part_path(Upload.objects.get().pk)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"left by a crash")
    append(browser, location, 0, b"abcde")
    assert path.read_bytes() == b"abcde"


NAMES = {
    "../../etc/passwd": "passwd",
    "..\\..\\boot.ini": "boot.ini",
    'a"b\r\nSet-Cookie: x=1.tif': 'a"b  Set-Cookie: x=1.tif',
    "Zellen – 37 °C 細胞.tif": "Zellen – 37 °C 細胞.tif",
    "evil\u202egpj.exe": "evil gpj.exe",
    "": "unnamed",
    "/": "unnamed",
    "x" * 400 + ".tif": "x" * 251 + ".tif",
}


@pytest.mark.parametrize(("sent", "kept"), NAMES.items(), ids=range(len(NAMES)))
def test_hostile_names_are_shown_and_never_used(
    bob: Any, dataset: Any, read_file: ReadFile, sent: str, kept: str
) -> None:
    browser, content = page_of(bob), read_file.path.read_bytes()
    location = announce(browser, dataset, sent, len(content))["Location"]
    upload = Upload.objects.get()
    assert upload.file_name == kept
    assert location == f"/api/uploads/{upload.pk}"


def test_a_download_keeps_a_hostile_name_inside_its_header(bob: Any, make_image: Any) -> None:
    image = make_image('a"; filename="b.html\r\nX: y.tif')
    answer = page_of(bob).get(f"/api/images/{image.pk}/original")
    header = answer["Content-Disposition"]
    b"".join(answer.streaming_content)
    assert header.startswith("attachment; ")
    assert "\r" not in header
    assert "\n" not in header
    assert header.count('"') == 2
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]


@pytest.mark.parametrize(
    "metadata", ["", "filename !!!", "dataset Zm9v", "dataset", "filename gA==,dataset gA=="]
)
def test_metadata_that_is_malformed_is_refused(bob: Any, metadata: str) -> None:
    headers = VERSION | {"Upload-Length": "5", "Upload-Metadata": metadata}
    answer = page_of(bob).post("/api/uploads", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "refused")


def test_a_file_larger_than_the_server_takes_is_refused_before_it_is_sent(
    bob: Any, dataset: Any
) -> None:
    answer = announce(page_of(bob), dataset, "a.tif", 2**50)
    assert answer.status_code == 400
    assert "larger" in answer.json()["detail"]


def test_an_empty_file_fails_at_once_with_a_sentence(bob: Any, dataset: Any) -> None:
    announce(page_of(bob), dataset, "empty.tif", 0)
    upload = Upload.objects.get()
    assert upload.state == UploadState.FAILED
    assert "empty" in upload.sentence


def test_a_part_needs_the_content_type_of_the_protocol(bob: Any, dataset: Any) -> None:
    browser = page_of(bob)
    location = announce(browser, dataset, "a.tif", 5)["Location"]
    headers = VERSION | {"Upload-Offset": "0"}
    answer = browser.patch(location, b"abcde", content_type="application/json", headers=headers)
    assert answer.status_code == 415


def test_a_cancelled_upload_is_gone_and_its_bytes_with_it(
    bob: Any, dataset: Any, django_capture_on_commit_callbacks: Any
) -> None:
    browser = page_of(bob)
    location = announce(browser, dataset, "a.tif", 5)["Location"]
    append(browser, location, 0, b"abc")
    path = part_path(Upload.objects.get().pk)
    with django_capture_on_commit_callbacks(execute=True):
        assert browser.delete(location, headers=VERSION).status_code == 204
    assert not path.exists()
    assert browser.head(location, headers=VERSION).status_code == 410
    assert append(browser, location, 3, b"de").status_code == 409


def test_a_file_that_is_no_image_fails_alone_and_can_be_tried_again(bob: Any, dataset: Any) -> None:
    browser = page_of(bob)
    location = announce(browser, dataset, "broken.tif", 6)["Location"]
    append(browser, location, 0, b"II*\0zz")
    upload = Upload.objects.get()
    ingest(upload.pk)
    told = browser.get(location).json()
    assert told["state"] == "failed"
    assert told["sentence"].endswith(".")
    assert browser.post(f"{location}/retry").json()["state"] == "checking"


def test_the_same_file_twice_makes_one_image(bob: Any, dataset: Any, read_file: ReadFile) -> None:
    browser, content = page_of(bob), read_file.path.read_bytes()
    for _ in range(2):
        location = announce(browser, dataset, "plate.tif", len(content))["Location"]
        append(browser, location, 0, content)
        ingest(Upload.objects.order_by("-created_at")[0].pk)
    assert Image.objects.count() == 1
    assert "here already" in browser.get(location).json()["sentence"]
