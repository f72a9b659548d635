"""Runs and jobs, always for somebody; how long what is left will take."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F, QuerySet
from django.http import Http404

from segmentation.engine.methods.protocol import MethodInfo
from segmentation.models import Job, Run
from segmentation.states import OPEN_JOBS, JobState
from webapp.models import Dataset, Image, Project, User
from webapp.permissions import Action, require

# Before the first job of a method has been timed here: two CPU cores, seconds per megapixel.
GUESSED_S_PER_MEGAPIXEL = 0.8
GUESSED_START_S = 0.5


def run_for(actor: User, run_id: UUID) -> Run:
    """One run the actor may see; Http404 otherwise."""
    run = (
        Run.objects.select_related("dataset__project", "requested_by", "segmentation_model")
        .filter(pk=run_id, dataset__deleted_at=None)
        .first()
    )
    if run is None:
        raise Http404("Nothing is here for you.")
    require(actor, Action.SEE, run.dataset.project)
    return run


def runs_of(dataset: Dataset) -> QuerySet[Run]:
    """The runs of a dataset, the newest first."""
    return dataset.runs.select_related("requested_by", "segmentation_model")


def runs_in(project: Project) -> QuerySet[Run]:
    """The runs of a project, the newest first."""
    return Run.objects.filter(dataset__project=project).select_related("dataset", "requested_by")


def counts_of(run: Run) -> dict[str, int]:
    """How many jobs are in which state, and how many in all."""
    counts = {state.value: 0 for state in JobState}
    for state, n in run.jobs.order_by().values_list("state").annotate(n=Count("pk")):
        counts[state] = n
    return {**counts, "total": sum(counts.values())}


def seconds_per_image(method: str, weights: str | None = None) -> float | None:
    """The mean time of the last jobs here, of these weights if named; None before the first."""
    jobs = Job.objects.filter(run__method=method, state=JobState.FINISHED, is_reused=False)
    if weights:
        jobs = jobs.filter(run__segmentation_model__name=weights)
    recent = jobs.order_by("-finished_at")[:50]
    took = ExpressionWrapper(F("finished_at") - F("started_at"), output_field=DurationField())
    mean: timedelta | None = Job.objects.filter(pk__in=recent.values("pk")).aggregate(
        mean=Avg(took)
    )["mean"]
    return mean.total_seconds() if mean is not None else None


def estimate_s(method: MethodInfo, images: QuerySet[Image], weights: str | None = None) -> float:
    """About how long these images take: measured here, else guessed from their size."""
    measured = seconds_per_image(method.name, weights)
    if measured is not None:
        return measured * images.count()
    times_longer = {choice.value: choice.times_longer for choice in method.weights}
    pace = times_longer.get(weights or "", 1.0) * GUESSED_S_PER_MEGAPIXEL
    return sum(
        GUESSED_START_S + pace * n_frames * n_slices * height * width / 1e6
        for n_frames, n_slices, height, width in images.values_list(
            "n_frames", "n_slices", "height", "width"
        )
    )


def remaining_s(run: Run) -> float | None:
    """About how long the open jobs of a run take; None when nothing has been timed yet."""
    open_jobs = run.jobs.filter(state__in=OPEN_JOBS)
    model = run.segmentation_model
    measured = seconds_per_image(run.method, model.name if model.digest else None)
    if measured is None:
        return None
    left = sum(1.0 - progress for progress in open_jobs.values_list("progress", flat=True))
    return measured * left


def describe_run(run: Run) -> dict[str, Any]:
    """What the run page, the API and the websocket say about a run."""
    counts = counts_of(run)
    done = counts["finished"] + counts["failed"] + counts["cancelled"]
    return {
        "id": str(run.pk),
        "number": run.number,
        "dataset": str(run.dataset_id),
        "method": run.method,
        "model": run.segmentation_model.name,
        "parameters": run.parameters,
        "state": run.state,
        "counts": counts,
        "n_done": done,
        "remaining_s": remaining_s(run) if counts["queued"] + counts["running"] else 0.0,
        "requested_by": str(run.requested_by),
        "created_at": run.created_at.isoformat(),
        "finished_at": run.finished_at.isoformat() if run.finished_at else None,
    }
