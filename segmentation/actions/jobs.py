"""What the worker does with a job: claim, keep, finish, fail; and the sweeper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from segmentation.models import Job, Run, Segmentation
from segmentation.queries.runs import counts_of, describe_run
from segmentation.states import OPEN_JOBS, JobState, RunState
from webapp import events
from webapp.actions.claims import MAX_ATTEMPTS, Claims
from webapp.audit.log import record_event
from webapp.audit.verbs import Verb
from webapp.models import Blob
from webapp.queue import ask_worker, is_empty
from webapp.storage.blobs import StoredBlob

RUN_JOB = "segmentation.run_job"
# Short, and looked at every second: a cancelled job lets go of the GPU at once.
CLAIMS = Claims(Job, JobState.QUEUED, JobState.RUNNING, lease=timedelta(seconds=15), beat_s=1.0)
ASK_AGAIN = timedelta(seconds=60)


@dataclass(frozen=True)
class JobResult:
    """What a worker hands over, all bytes stored already."""

    segmentation_id: UUID
    labels: StoredBlob
    confidences: StoredBlob
    digest: str
    n_objects: int
    diameter_px: float | None
    mean_confidence: float | None
    warnings: list[str]
    manifest: dict[str, Any]
    started_at: datetime


@transaction.atomic
def claim_job(job_id: UUID) -> Job | None:
    """Take a queued job, or one whose worker is gone; None when somebody else has it."""
    if not CLAIMS.take(job_id, started_at=timezone.now(), progress=0.0):
        return None
    job = Job.objects.select_related(
        "run__dataset__project",
        "run__segmentation_model",
        "run__requested_by",
        "image",
        "illumination",
    ).get(pk=job_id)
    if job.n_attempts > MAX_ATTEMPTS:
        fail_job(
            job,
            "Segmenting this image stopped the worker three times, so it was set aside. "
            "It may need more memory than the worker has.",
        )
        return None
    tell_job(job)
    return job


def keep_claim(job: Job, progress: float | None = None) -> bool:
    """Prolong the lease and note the progress; False when the claim is lost."""
    if progress is None:
        return CLAIMS.prolong(job)
    job.progress = progress
    return CLAIMS.prolong(job, progress=progress)


@transaction.atomic
def finish_job(job: Job, result: JobResult) -> Segmentation:
    """Make the result visible, whole; raises LostClaim when it is not wanted any more."""
    CLAIMS.lock(job)
    for stored in (result.labels, result.confidences):
        Blob.objects.get_or_create(sha256=stored.sha256, defaults={"size_bytes": stored.size_bytes})
    segmentation, is_new = Segmentation.objects.get_or_create(
        image=job.image,
        fingerprint=job.fingerprint,
        defaults={
            "id": result.segmentation_id,
            "segmentation_model": job.run.segmentation_model,
            "method": job.run.method,
            "labels_id": result.labels.sha256,
            "confidences_id": result.confidences.sha256,
            "digest": result.digest,
            "n_objects": result.n_objects,
            "largest_label": result.n_objects,
            "diameter_px": result.diameter_px,
            "mean_confidence": result.mean_confidence,
            "warnings": result.warnings,
            "manifest": result.manifest,
            "requested_by": job.run.requested_by,
            "started_at": result.started_at,
        },
    )
    job.is_reused = not is_new
    _close(job, JobState.FINISHED, segmentation=segmentation, progress=1.0)
    events.announce("segmentation.finished", segmentation=segmentation, actor=job.run.requested_by)
    close_run_if_done(job.run)
    return segmentation


@transaction.atomic
def fail_job(job: Job, sentence: str) -> None:
    """This image failed, with one sentence; the others go on."""
    CLAIMS.lock(job)
    _close(job, JobState.FAILED, sentence=sentence)
    close_run_if_done(job.run)


@transaction.atomic
def close_run_if_done(run: Run) -> None:
    """The run ends with its last job."""
    run = (
        Run.objects.select_for_update(of=("self",))
        .select_related("dataset__project")
        .get(pk=run.pk)
    )
    if run.state != RunState.RUNNING or run.jobs.filter(state__in=OPEN_JOBS).exists():
        events.tell_project(run.dataset.project_id, {"type": "run", "run": describe_run(run)})
        return
    counts = counts_of(run)
    run.state = RunState.CANCELLED if counts["cancelled"] else RunState.FINISHED
    run.finished_at = timezone.now()
    run.save(update_fields=["state", "finished_at"])
    record_event(
        run.requested_by,
        Verb.RUN_FINISHED,
        run,
        project=run.dataset.project,
        **{f"n_{state}": n for state, n in counts.items()},
    )
    events.tell_project(run.dataset.project_id, {"type": "run", "run": describe_run(run)})


def sweep_jobs() -> int:
    """Ask again for jobs whose worker is gone, or whose message the broker lost.

    While messages wait, none is taken for lost: a run of thousands of images takes hours.
    """
    now = timezone.now()
    is_lost = CLAIMS.lost()
    if is_empty("gpu"):
        has_waited = Q(lease_until=None) | Q(lease_until__lt=now)
        is_lost |= has_waited & Q(state=JobState.QUEUED, run__created_at__lt=now - ASK_AGAIN)
    with transaction.atomic():
        lost = list(Job.objects.select_for_update(skip_locked=True, of=("self",)).filter(is_lost))
        for job in lost:
            if job.state == JobState.RUNNING:
                job.state, job.claim = JobState.QUEUED, None
            job.lease_until = now + ASK_AGAIN
            job.save(update_fields=["state", "claim", "lease_until"])
            ask_worker(RUN_JOB, str(job.pk), queue="gpu")
    return len(lost)


def tell_job(job: Job) -> None:
    """After commit: the row of this image on everybody's run page."""
    events.tell_project(job.run.dataset.project_id, job_message(job))


def job_message(job: Job) -> dict[str, Any]:
    """What the websocket says about one image of a run."""
    return {
        "type": "job",
        "run": str(job.run_id),
        "job": str(job.pk),
        "image": str(job.image_id),
        "state": str(job.state),
        "progress": job.progress,
        "sentence": job.sentence,
        "is_reused": job.is_reused,
        "n_objects": job.segmentation.n_objects if job.segmentation else None,
    }


def _close(job: Job, state: JobState, **fields: Any) -> None:
    for field, value in fields.items():
        setattr(job, field, value)
    job.state, job.claim, job.lease_until = state, None, None
    job.finished_at = timezone.now()
    job.save()
    tell_job(job)
