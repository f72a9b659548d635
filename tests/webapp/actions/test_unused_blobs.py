"""Bytes are removed only when nothing at all names them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from webapp.actions.unused_blobs import remove_unused_blobs, unused_blobs
from webapp.models import Blob, Upload
from webapp.states import UploadState
from webapp.storage.blobs import blob_path, keep_bytes

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _without_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webapp.actions.unused_blobs.YOUNG", timedelta(0))


def kept(content: bytes) -> Blob:
    """Some bytes with their row."""
    stored = keep_bytes(content)
    return Blob.objects.create(sha256=stored.sha256, size_bytes=stored.size_bytes)


def test_a_file_that_waits_for_an_answer_keeps_its_bytes(dataset: Any, bob: Any) -> None:
    blob = kept(b"pages")
    Upload.objects.create(
        dataset=dataset,
        file_name="a.tif",
        size_bytes=5,
        state=UploadState.ASKING,
        blob=blob,
        created_by=bob,
    )
    assert remove_unused_blobs() == 0
    assert blob_path(blob.sha256).exists()


def test_the_masks_of_a_result_keep_their_bytes(image: Any, segment: Callable[[Any], Any]) -> None:
    segment(image)
    assert not unused_blobs().exists()


def test_bytes_that_nothing_names_are_removed() -> None:
    blob = kept(b"nothing")
    assert remove_unused_blobs() == 1
    assert not blob_path(blob.sha256).exists()
