"""Uploads that nobody finishes."""

from __future__ import annotations

from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
from django.utils import timezone

from tests.cast import page_of
from tests.webapp.api.tus import VERSION, announce, append
from webapp.actions.expiry import expire_uploads
from webapp.actions.uploads import part_path, start_upload
from webapp.models import Dataset, Upload, User
from webapp.states import Refused
from webapp.storage.blobs import free_bytes

pytestmark = pytest.mark.django_db


def test_an_upload_for_which_nothing_comes_is_given_up_and_its_bytes_are_removed(
    bob: User, dataset: Dataset, django_capture_on_commit_callbacks: Any
) -> None:
    browser = page_of(bob)
    for name in ("old.tif", "new.tif"):
        append(browser, announce(browser, dataset, name, 6)["Location"], 0, b"abc")
    old, new = (Upload.objects.get(file_name=name) for name in ("old.tif", "new.tif"))
    long_ago = timezone.now() - timedelta(days=15)
    Upload.objects.filter(pk=old.pk).update(updated_at=long_ago)
    with django_capture_on_commit_callbacks(execute=True):
        assert expire_uploads() == 1
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.state, new.state) == ("cancelled", "sending")
    assert "Upload the file again." in old.sentence
    assert (part_path(old.pk).exists(), part_path(new.pk).exists()) == (False, True)
    assert browser.head(f"/api/uploads/{old.pk}", headers=VERSION).status_code == 410
    assert expire_uploads() == 0


def test_the_server_says_until_when_it_waits_as_long_as_it_waits(
    bob: User, dataset: Dataset
) -> None:
    browser = page_of(bob)
    announced = announce(browser, dataset, "a.tif", 6)
    until = parsedate_to_datetime(announced["Upload-Expires"])
    assert timedelta(days=13) < until - timezone.now() <= timedelta(days=14)
    assert append(browser, announced["Location"], 0, b"abc").has_header("Upload-Expires")
    assert not append(browser, announced["Location"], 3, b"abc").has_header("Upload-Expires")


def test_what_other_files_are_still_to_bring_counts_as_taken(
    bob: User, dataset: Dataset, settings: Any
) -> None:
    def start(size_bytes: int) -> Upload:
        return start_upload(
            actor=bob, dataset_id=dataset.pk, file_name="a.tif", size_bytes=size_bytes
        )

    settings.MAX_UPLOAD_BYTES = 2**60
    half = (free_bytes() - settings.MIN_FREE_BYTES) * 6 // 10
    start(half)
    with pytest.raises(Refused, match="disk is nearly full"):
        start(half)
