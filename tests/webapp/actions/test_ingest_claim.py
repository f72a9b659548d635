"""Who reads an upload: one worker at a time, three times at most."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from webapp.actions.ingest import claim_upload, sweep_uploads
from webapp.models import Upload
from webapp.states import UploadState

pytestmark = pytest.mark.django_db


@pytest.fixture
def upload(dataset: Any, bob: Any) -> Upload:
    """A file whose bytes are all here."""
    return Upload.objects.create(
        dataset=dataset,
        file_name="a.tif",
        size_bytes=5,
        offset_bytes=5,
        state=UploadState.CHECKING,
        created_by=bob,
    )


def lose(upload: Upload) -> None:
    """The worker that reads it is gone."""
    Upload.objects.filter(pk=upload.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


def test_an_upload_is_claimed_by_one_worker(upload: Upload) -> None:
    assert claim_upload(upload.pk) is not None
    assert claim_upload(upload.pk) is None


def test_an_upload_whose_worker_is_lost_is_claimed_again(upload: Upload) -> None:
    claim_upload(upload.pk)
    assert sweep_uploads() == 0
    lose(upload)
    assert sweep_uploads() == 1
    assert claim_upload(upload.pk) is not None


def test_an_upload_that_stops_its_reader_three_times_is_set_aside(upload: Upload) -> None:
    for _ in range(3):
        assert claim_upload(upload.pk) is not None
        lose(upload)
    assert claim_upload(upload.pk) is None
    upload.refresh_from_db()
    assert (upload.state, "three times" in upload.sentence) == (UploadState.FAILED, True)


@pytest.mark.parametrize(
    "state", [UploadState.SENDING, UploadState.READY, UploadState.FAILED, UploadState.CANCELLED]
)
def test_an_upload_in_another_state_is_not_read(upload: Upload, state: str) -> None:
    Upload.objects.filter(pk=upload.pk).update(state=state)
    assert claim_upload(upload.pk) is None
