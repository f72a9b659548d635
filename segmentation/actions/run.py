"""What a person does with runs: request, cancel, retry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from segmentation.actions.illumination import illuminations_for
from segmentation.actions.jobs import RUN_JOB, close_run_if_done, tell_job
from segmentation.actions.models import model_for
from segmentation.models import Illumination, Job, Run, Segmentation
from segmentation.queries.fingerprint import fingerprint
from segmentation.queries.parameters import complete_parameters, method_for
from segmentation.queries.runs import run_for
from segmentation.states import OPEN_JOBS, JobState, RunState
from webapp import events
from webapp.audit.log import record_event
from webapp.audit.verbs import Verb
from webapp.models import Dataset, Image, User
from webapp.permissions import Action, require
from webapp.queries.images import images_of
from webapp.queries.projects import dataset_for
from webapp.queue import ask_worker
from webapp.states import Refused


@transaction.atomic
def request_run(
    *,
    actor: User,
    dataset_id: UUID,
    image_ids: Sequence[UUID] | None,
    method: str,
    parameters: Mapping[str, Any],
) -> Run:
    """Start a run on these images (all of the dataset when None).

    What has been computed before with the same inputs is returned at once.
    """
    dataset = dataset_for(actor, dataset_id)
    require(actor, Action.RUN, dataset.project)
    info = method_for(method)
    completed = complete_parameters(info, parameters)
    images = _chosen_images(dataset, image_ids)
    Dataset.objects.select_for_update().get(pk=dataset.pk)
    highest = dataset.runs.aggregate(highest=Max("number"))["highest"] or 0
    run = Run.objects.create(
        dataset=dataset,
        number=highest + 1,
        segmentation_model=model_for(info, completed),
        method=method,
        parameters=completed,
        requested_by=actor,
    )
    illuminations = illuminations_for(dataset, images, completed)
    for image in images:
        _add_job(run, image, illuminations.get(image.pk))
    record_event(
        actor,
        Verb.RUN_REQUESTED,
        run,
        project=dataset.project,
        dataset=dataset.name,
        method=method,
        parameters=completed,
        weights=run.segmentation_model.digest,
        n_images=len(images),
        **(
            {"illuminations": sorted({i.key for i in illuminations.values()})}
            if illuminations
            else {}
        ),
    )
    close_run_if_done(run)
    return run


@transaction.atomic
def cancel_run(*, actor: User, run_id: UUID) -> Run:
    """Stop what is not finished; finished images stay."""
    run = run_for(actor, run_id)
    require(actor, Action.RUN, run.dataset.project)
    jobs = list(run.jobs.select_for_update(of=("self",)).filter(state__in=OPEN_JOBS))
    if not jobs:
        raise Refused("Every image of this run is finished already.")
    for job in jobs:
        job.state, job.claim, job.lease_until = JobState.CANCELLED, None, None
        job.finished_at = timezone.now()
        job.save()
        tell_job(job)
    record_event(actor, Verb.RUN_CANCELLED, run, project=run.dataset.project, n_cancelled=len(jobs))
    close_run_if_done(run)
    return run


@transaction.atomic
def retry_run(*, actor: User, run_id: UUID) -> Run:
    """Queue the failed and cancelled images once more."""
    run = run_for(actor, run_id)
    require(actor, Action.RUN, run.dataset.project)
    again = (JobState.FAILED, JobState.CANCELLED)
    jobs = list(run.jobs.select_for_update(of=("self",)).filter(state__in=again))
    if not jobs:
        raise Refused("No image of this run failed or was cancelled.")
    for job in jobs:
        job.state, job.sentence, job.progress, job.n_attempts = JobState.QUEUED, "", 0.0, 0
        job.started_at = job.finished_at = job.claim = job.lease_until = None
        job.save()
        ask_worker(RUN_JOB, str(job.pk), queue="gpu")
        tell_job(job)
    run.state, run.finished_at = RunState.RUNNING, None
    run.save(update_fields=["state", "finished_at"])
    record_event(actor, Verb.RUN_RETRIED, run, project=run.dataset.project, n_images=len(jobs))
    return run


def _chosen_images(dataset: Dataset, image_ids: Sequence[UUID] | None) -> list[Image]:
    rows = images_of(dataset)
    if image_ids is not None:
        rows = rows.filter(pk__in=list(image_ids))
    images = list(rows)
    if image_ids is not None and len(images) != len(set(image_ids)):
        raise Refused("Some of the chosen images are not in this dataset any more. Choose again.")
    if not images:
        raise Refused("There is no image to segment. Upload some first.")
    return images


def _add_job(run: Run, image: Image, illumination: Illumination | None) -> None:
    key = fingerprint(image, run.segmentation_model, run.parameters, illumination)
    found = Segmentation.objects.filter(fingerprint=key, image=image).first()
    job = Job(run=run, image=image, fingerprint=key, illumination=illumination)
    if found is not None:
        job.state, job.segmentation, job.is_reused = JobState.FINISHED, found, True
        job.progress, job.started_at, job.finished_at = 1.0, timezone.now(), timezone.now()
        job.save()
        events.announce("segmentation.finished", segmentation=found, actor=run.requested_by)
        return
    job.save()
    ask_worker(RUN_JOB, str(job.pk), queue="gpu")
