"""Who holds a job: claimed once, kept by a heartbeat, given to another when the worker is lost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from annotations.models import Annotation
from segmentation.actions.jobs import (
    claim_job,
    fail_job,
    finish_job,
    keep_claim,
    sweep_jobs,
)
from segmentation.actions.run import cancel_run, request_run, retry_run
from segmentation.models import Job, Run, Segmentation
from tests.cast import result_of, squares
from webapp.actions.claims import LostClaim
from webapp.models import AuditEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def job(image: Any, bob: Any) -> Job:
    """A queued job on the image."""
    return request(image, bob).jobs.get()


def request(image: Any, person: Any) -> Any:
    """A run on one image."""
    return request_run(
        actor=person,
        dataset_id=image.dataset_id,
        image_ids=[image.pk],
        method="threshold",
        parameters={},
    )


def lose(job: Job) -> None:
    """The worker is gone: its lease has run out."""
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


def test_a_job_is_claimed_by_one_worker(job: Job) -> None:
    first, second = claim_job(job.pk), claim_job(job.pk)
    assert first is not None
    assert second is None
    assert keep_claim(first)


def test_a_finished_job_becomes_a_segmentation_and_an_annotation_at_once(
    job: Job, image: Any
) -> None:
    claimed = claim_job(job.pk)
    assert claimed is not None
    segmentation = finish_job(claimed, result_of(squares()))
    annotation = Annotation.objects.get(image=image)
    assert (annotation.base_id, annotation.next_label) == (segmentation.pk, 4)
    image.refresh_from_db()
    assert (image.state, image.n_cells) == ("segmented", 3)
    job.refresh_from_db()
    assert (job.state, job.run.state) == ("finished", "finished")
    assert AuditEvent.objects.filter(verb="run.finished").count() == 1


def test_the_result_of_a_lost_claim_is_thrown_away(job: Job) -> None:
    slow = claim_job(job.pk)
    lose(job)
    quick = claim_job(job.pk)
    assert slow is not None
    assert quick is not None
    assert not keep_claim(slow)
    with pytest.raises(LostClaim):
        finish_job(slow, result_of(squares()))
    with pytest.raises(LostClaim):
        fail_job(slow, "It failed.")
    assert Segmentation.objects.count() == 0
    finish_job(quick, result_of(squares()))
    assert Segmentation.objects.count() == 1


def test_a_cancelled_job_takes_no_result(job: Job, bob: Any) -> None:
    claimed = claim_job(job.pk)
    assert claimed is not None
    cancel_run(actor=bob, run_id=job.run_id)
    assert not keep_claim(claimed)
    with pytest.raises(LostClaim):
        finish_job(claimed, result_of(squares()))
    assert Annotation.objects.count() == 0
    job.refresh_from_db()
    assert (job.state, job.run.state) == ("cancelled", "cancelled")


def test_the_sweeper_queues_what_a_lost_worker_left(job: Job) -> None:
    assert claim_job(job.pk) is not None
    assert sweep_jobs() == 0
    lose(job)
    assert sweep_jobs() == 1
    job.refresh_from_db()
    assert (job.state, job.claim) == ("queued", None)
    assert sweep_jobs() == 0
    assert claim_job(job.pk) is not None


@pytest.mark.parametrize(("is_empty", "n_asked"), [(True, 1), (False, 0)])
def test_a_job_is_asked_for_again_when_no_message_waits_any_more(
    job: Job, monkeypatch: pytest.MonkeyPatch, is_empty: bool, n_asked: int
) -> None:
    monkeypatch.setattr("segmentation.actions.jobs.is_empty", lambda queue: is_empty)
    assert sweep_jobs() == 0
    Run.objects.update(created_at=timezone.now() - timedelta(minutes=5))
    assert sweep_jobs() == n_asked
    assert sweep_jobs() == 0


def test_a_job_that_stops_its_worker_three_times_is_set_aside(job: Job) -> None:
    for _ in range(3):
        assert claim_job(job.pk) is not None
        lose(job)
    assert claim_job(job.pk) is None
    job.refresh_from_db()
    assert job.state == "failed"
    assert "three times" in job.sentence


def test_a_failed_job_can_be_tried_again(job: Job, bob: Any) -> None:
    claimed = claim_job(job.pk)
    assert claimed is not None
    fail_job(claimed, "This image has no channel 7.")
    retry_run(actor=bob, run_id=job.run_id)
    job.refresh_from_db()
    assert (job.state, job.sentence, job.run.state) == ("queued", "", "running")
    assert claim_job(job.pk) is not None


def test_what_was_computed_before_is_there_at_once(
    job: Job, image: Any, bob: Any, rita: Any
) -> None:
    claimed = claim_job(job.pk)
    assert claimed is not None
    finish_job(claimed, result_of(squares()))
    again = request(image, rita)
    assert (again.jobs.get().state, again.jobs.get().is_reused) == ("finished", True)
    assert Segmentation.objects.count() == 1
