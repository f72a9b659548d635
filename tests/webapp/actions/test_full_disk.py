"""A full disk ends in one sentence, and nothing that was there is lost."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from webapp.actions.ingest import ingest
from webapp.actions.uploads import append_part, start_upload
from webapp.models import Dataset, Upload, User
from webapp.states import Refused

IMAGES = Path(__file__).resolve().parents[2] / "images"
pytestmark = pytest.mark.django_db


def no_room(*_: object) -> None:
    """What the system says when the disk is full; a test cannot fill a real one."""
    raise OSError(errno.ENOSPC, "No space left on device")


def upload_of(content: bytes, actor: User, dataset: Dataset) -> Upload:
    return start_upload(
        actor=actor, dataset_id=dataset.pk, file_name="nuclei.png", size_bytes=len(content)
    )


def test_a_file_that_does_not_fit_is_refused_before_it_is_sent(
    bob: User, dataset: Dataset, settings: Any
) -> None:
    settings.MIN_FREE_BYTES = 2**62
    with pytest.raises(Refused, match="disk is nearly full"):
        upload_of(b"1234", bob, dataset)
    assert not Upload.objects.exists()


def test_a_disk_that_fills_up_while_sending_keeps_what_arrived_and_the_upload_goes_on_later(
    bob: User, dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = next(IMAGES.glob("*.png")).read_bytes()
    upload = upload_of(content, bob, dataset)
    append_part(actor=bob, upload_id=upload.pk, offset_bytes=0, pieces=[content[:100]])
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", no_room)
        with pytest.raises(Refused, match="disk is full"):
            append_part(actor=bob, upload_id=upload.pk, offset_bytes=100, pieces=[content[100:]])
    upload.refresh_from_db()
    assert (upload.state, upload.offset_bytes) == ("sending", 100)

    append_part(actor=bob, upload_id=upload.pk, offset_bytes=100, pieces=[content[100:]])
    ingest(upload.pk)
    upload.refresh_from_db()
    assert upload.state == "ready", upload.sentence
