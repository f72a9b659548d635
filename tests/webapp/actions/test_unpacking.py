"""A zip becomes the uploads of its files, whatever its names and sizes pretend."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from webapp.actions import unpacking
from webapp.actions.ingest import ingest
from webapp.actions.uploads import append_part, part_path, start_upload
from webapp.models import Dataset, Image, Upload, User
from webapp.storage import packages

NUCLEI = Path(__file__).resolve().parents[2] / "images" / "nuclei.png"
pytestmark = pytest.mark.django_db


def zipped(files: dict[str, bytes], kind: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of these files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", kind) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def send(actor: User, dataset: Dataset, content: bytes) -> Upload:
    upload = start_upload(
        actor=actor, dataset_id=dataset.pk, file_name="plate.zip", size_bytes=len(content)
    )
    append_part(actor=actor, upload_id=upload.pk, offset_bytes=0, pieces=[content])
    ingest(upload.pk)
    upload.refresh_from_db()
    return upload


def test_every_file_in_a_zip_has_a_row_and_goes_its_own_way(
    bob: User, dataset: Dataset, django_capture_on_commit_callbacks: Any
) -> None:
    files = {
        "plate/A01.png": NUCLEI.read_bytes(),
        "../../etc/notes.txt": b"not an image",
        "__MACOSX/plate/._A01.png": b"litter",
        "plate/.hidden": b"litter",
        "inner.zip": zipped({"a.txt": b"a"}),
    }
    with django_capture_on_commit_callbacks(execute=True):
        upload = send(bob, dataset, zipped(files))
    assert (upload.state, upload.image) == ("ready", None)
    assert upload.sentence.startswith("3 files were unpacked")
    assert not part_path(upload.pk).exists()
    rows = {row.file_name: row for row in Upload.objects.exclude(pk=upload.pk)}
    assert set(rows) == {"A01.png", "notes.txt", "inner.zip"}
    assert rows["inner.zip"].sentence == packages.PACKED_TWICE
    for name in ("A01.png", "notes.txt"):
        ingest(rows[name].pk)
    assert Image.objects.get().name == "A01"
    assert Upload.objects.get(file_name="notes.txt").state == "failed"


def test_a_worker_that_died_unpacks_nothing_twice(
    bob: User, dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[str] = []
    start = unpacking._start

    def die_at_the_second(zip_upload: Upload, *rest: Any) -> None:
        begun.append(str(rest[0]))
        if len(begun) == 2:
            raise KeyboardInterrupt
        start(zip_upload, *rest)

    content = zipped({"a.txt": b"a", "b.txt": b"b"})
    with monkeypatch.context() as patched:
        patched.setattr(unpacking, "_start", die_at_the_second)
        with pytest.raises(KeyboardInterrupt):
            send(bob, dataset, content)
    upload = Upload.objects.get(file_name="plate.zip")
    Upload.objects.filter(pk=upload.pk).update(state="checking")
    ingest(upload.pk)
    assert sorted(Upload.objects.values_list("file_name", flat=True)) == [
        "a.txt",
        "b.txt",
        "plate.zip",
    ]


def with_size(content: bytes, size: int) -> bytes:
    """The same zip, whose first file says that it has another size unpacked."""
    at = content.index(b"PK\x01\x02") + 24
    return content[:at] + size.to_bytes(4, "little") + content[at + 4 :]


def with_password(content: bytes) -> bytes:
    """The same zip, whose first file says that it is encrypted."""
    at = content.index(b"PK\x01\x02") + 8
    return content[:at] + b"\x01\x00" + content[at + 2 :]


def with_directory(content: bytes) -> bytes:
    """The same zip, whose table of contents says that it is huge."""
    at = content.rindex(b"PK\x05\x06") + 12
    return content[:at] + (2**31).to_bytes(4, "little") + content[at + 4 :]


PLAIN = zipped({"a.txt": b"abc" * 100})


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (zipped({}), None),
        (PLAIN[:-30], packages.DAMAGED),
        (PLAIN[:40], packages.DAMAGED),
        (with_password(PLAIN), "This zip has a password."),
        (with_directory(PLAIN), packages.DAMAGED),
        (with_size(PLAIN, 0xFFFFFFFE), "has no room"),
        (zipped({"a.zarr/zarr.json": b"{}"}), "no image in this zip"),
        (zipped({".hidden": b"a"}), "There is no file in this zip."),
    ],
)
def test_a_zip_that_cannot_be_opened_says_why(
    bob: User, dataset: Dataset, settings: Any, content: bytes, sentence: str | None
) -> None:
    settings.MIN_FREE_BYTES = packages_room()
    upload = send(bob, dataset, content)
    assert upload.state == "failed"
    assert sentence is None or sentence in upload.sentence
    assert Upload.objects.count() == 1


def packages_room() -> int:
    """So much must stay free that two gigabytes have no room."""
    from webapp.storage.blobs import free_bytes

    return max(0, free_bytes() - 2**31)


def spoiled(content: bytes) -> bytes:
    """The same zip with other bytes in its first file."""
    at = content.index(b"a.txt") + 5
    return content[:at] + b"\xff\xff\xff" + content[at + 3 :]


@pytest.mark.parametrize("damage", [lambda content: with_size(content, 7), spoiled])
def test_a_damaged_member_fails_alone(
    bob: User, dataset: Dataset, damage: Callable[[bytes], bytes]
) -> None:
    upload = send(bob, dataset, damage(zipped({"a.txt": b"abc" * 100, "b.txt": b"b"})))
    assert upload.state == "ready"
    rows = {row.file_name: row for row in Upload.objects.exclude(pk=upload.pk)}
    assert rows["a.txt"].sentence == packages.DAMAGED
    assert rows["b.txt"].state == "checking"
