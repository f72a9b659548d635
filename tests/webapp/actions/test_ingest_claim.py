"""Who reads an upload: one worker at a time, three times at most; no bytes are lost between."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from webapp.actions import ingest as reading
from webapp.actions.claims import Claims, LostClaim
from webapp.actions.ingest import claim_upload, ingest, sweep_uploads
from webapp.actions.uploads import CLAIMS, part_path
from webapp.models import Upload
from webapp.states import UploadState
from webapp.storage.blobs import blob_path

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


@pytest.mark.parametrize(("is_empty", "n_asked"), [(True, 1), (False, 0)])
def test_an_upload_is_asked_for_again_when_no_message_waits_any_more(
    upload: Upload, monkeypatch: pytest.MonkeyPatch, is_empty: bool, n_asked: int
) -> None:
    monkeypatch.setattr("webapp.actions.ingest.is_empty", lambda queue: is_empty)
    assert sweep_uploads() == 0
    Upload.objects.update(updated_at=timezone.now() - timedelta(minutes=1))
    assert sweep_uploads() == n_asked


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


def test_who_lost_an_upload_neither_prolongs_nor_ends_it(upload: Upload) -> None:
    slow = claim_upload(upload.pk)
    lose(upload)
    quick = claim_upload(upload.pk)
    assert slow is not None
    assert quick is not None
    assert not CLAIMS.prolong(slow)
    with pytest.raises(LostClaim):
        CLAIMS.lock(slow)
    assert CLAIMS.prolong(quick)


@pytest.mark.django_db(transaction=True)
def test_the_heart_beats_while_the_work_says_nothing(upload: Upload) -> None:
    quick = Claims(Upload, UploadState.CHECKING, UploadState.CONVERTING, beat_s=0.01)
    claimed = claim_upload(upload.pk)
    assert claimed is not None
    lose(upload)
    with quick.heartbeat(claimed) as is_lost:
        until(lambda: sweep_uploads() == 0)
        assert not is_lost()
        Upload.objects.filter(pk=upload.pk).update(state=UploadState.CANCELLED)
        until(is_lost)


def test_a_worker_that_dies_while_it_stores_the_bytes_loses_none(
    upload: Upload, monkeypatch: pytest.MonkeyPatch
) -> None:
    part_path(upload.pk).parent.mkdir(parents=True, exist_ok=True)
    part_path(upload.pk).write_bytes(b"hello")

    def die(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(reading, "move_in", die)
    with pytest.raises(KeyboardInterrupt):
        ingest(upload.pk)
    monkeypatch.undo()
    lose(upload)
    ingest(upload.pk)
    upload.refresh_from_db()
    assert blob_path(str(upload.blob_id)).read_bytes() == b"hello"
    assert (upload.state, "text file" in upload.sentence) == (UploadState.FAILED, True)


def until(is_so: Callable[[], bool]) -> None:
    """Look again until it is so; the test's own limit ends the wait."""
    while not is_so():
        time.sleep(0.005)
