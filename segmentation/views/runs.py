"""Start a run; watch a run."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from segmentation.actions.run import cancel_run, request_run, retry_run
from segmentation.engine.preprocessing.settings import PARAMETERS, PREPROCESSING
from segmentation.queries.illumination import lights_of
from segmentation.queries.panels import warnings_of
from segmentation.queries.prepared import steps_of
from segmentation.queries.runs import describe_run, run_for
from segmentation.queries.shown import shown_in
from segmentation.states import JobState, RunState
from segmentation.views.choosing import (
    channels_in,
    chosen_images,
    offered_methods,
    posted_parameters,
    session_key,
)
from webapp.permissions import Action, may, require
from webapp.queries.channel_kinds import channel_kinds
from webapp.queries.projects import dataset_for
from webapp.views.chosen import chosen_ids
from webapp.views.doors import page, person, refusal_shown

N_PICTURES = 12


@page("GET", "POST")
def dataset_run(request: HttpRequest, dataset_id: UUID) -> HttpResponse:
    """Which method, on which images; posted, start."""
    actor = person(request)
    dataset = dataset_for(actor, dataset_id)
    require(actor, Action.RUN, dataset.project)
    images = chosen_images(request, dataset)
    if request.method == "POST":
        with refusal_shown(request):
            method, parameters = posted_parameters(request.POST)
            run = request_run(
                actor=actor,
                dataset_id=dataset_id,
                image_ids=list(images.values_list("pk", flat=True)),
                method=method,
                parameters=parameters,
            )
            return redirect("run", run.pk)
        return redirect(request.get_full_path())
    n_images = images.count()
    return render(
        request,
        "segmentation/dataset_run.html",
        {
            "dataset": dataset,
            "project": dataset.project,
            "offered": offered_methods(images),
            "channels": channels_in(images),
            "shown": shown_in(images),
            "mixed": any(not kind.is_agreed for kind in channel_kinds(images)),
            "steps": PARAMETERS,
            "preview": images.first(),
            "pictures": images[:N_PICTURES],
            "n_images": n_images,
            "n_more": max(0, n_images - N_PICTURES),
            "is_selection": bool(request.GET.get("chosen")),
            "n_touched": images.filter(
                state__in=["corrected", "in_review", "sent_back", "approved"]
            ).count(),
        },
    )


@page("POST")
def choose_images(request: HttpRequest, dataset_id: UUID) -> HttpResponse:
    """Remember the selection of the dataset page and go to the form."""
    dataset = dataset_for(person(request), dataset_id)
    ids: list[str] = []
    with refusal_shown(request):
        ids = [str(one) for one in chosen_ids(request, dataset)]
    request.session[session_key(dataset.pk)] = ids
    return redirect(reverse("dataset_run", args=[dataset_id]) + ("?chosen=1" if ids else ""))


@page()
def run(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """How far a run is, image by image."""
    actor = person(request)
    found = run_for(actor, run_id)
    jobs = found.jobs.select_related("image", "segmentation")
    state = request.GET.get("state", "")
    if state in JobState.values:
        jobs = jobs.filter(state=state)
    first = found.jobs.exclude(segmentation=None).select_related("segmentation").first()
    return render(
        request,
        "segmentation/run.html",
        {
            "run": found,
            "dataset": found.dataset,
            "project": found.dataset.project,
            "about": describe_run(found),
            "steps": steps_of(found.parameters),
            "lights": lights_of(found),
            "asked": {k: v for k, v in found.parameters.items() if k != PREPROCESSING},
            "jobs": jobs,
            "state": state,
            "job_states": JobState.choices,
            "is_running": found.state == RunState.RUNNING,
            "manifest": first.segmentation.manifest if first and first.segmentation else None,
            "warnings": warnings_of(found),
            "may_run": may(actor, Action.RUN, found.dataset.project),
        },
    )


@page("POST")
def run_cancel(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Stop what is not finished."""
    with refusal_shown(request):
        cancel_run(actor=person(request), run_id=run_id)
    return redirect("run", run_id)


@page("POST")
def run_retry(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """The failed and cancelled images once more."""
    with refusal_shown(request):
        retry_run(actor=person(request), run_id=run_id)
    return redirect("run", run_id)
