"""One dataset: its images as a grid or a table, what needs a look, what goes on."""

from __future__ import annotations

from itertools import takewhile
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from webapp.actions import trash as actions
from webapp.actions.datasets import change_dataset
from webapp.models import Channel, Dataset, Image
from webapp.permissions import Action, role_allows, role_of
from webapp.queries.dataset_summary import Summary, summary_of
from webapp.queries.fitting import Looks, Shown, looks_with
from webapp.queries.images import images_of
from webapp.queries.panels import dataset_panels
from webapp.queries.projects import dataset_for, datasets_to_fill
from webapp.queries.quality import flags_by_image, limits_of
from webapp.states import Refused, UploadState
from webapp.views.chosen import chosen_ids
from webapp.views.doors import page, person, refusal_shown, text

PER_PAGE = 120
SEPARATORS = "_- ."


@page()
def dataset(request: HttpRequest, dataset_id: UUID) -> HttpResponse:
    """What is in the dataset."""
    actor = person(request)
    found = dataset_for(actor, dataset_id)
    role = role_of(actor, found.project)
    shown = Shown.of(request.GET.dict())
    images = images_of(found)
    limits = limits_of(found.project)
    looks = looks_with(limits)
    summary = summary_of(found, {name: condition for name, (_, condition) in looks.items()})
    chosen, sentence = images.none(), ""
    try:
        chosen = shown.pick(images, looks, limits)
    except Refused as refusal:
        sentence = str(refusal)
    leaves = Paginator(with_details(chosen, shown.view), PER_PAGE)
    if not shown.is_filtered:
        leaves.count = summary.progress["total"]  # counted already
    leaf = leaves.get_page(request.GET.get("page"))
    return render(
        request,
        "dataset.html",
        {
            "dataset": found,
            "project": found.project,
            "shown": shown,
            "leaf": leaf,
            "sentence": sentence,
            "tags": summary.tags,
            "n_left_out": summary.n_by_look["left_out"],
            "common_start": common_start([image.name for image in leaf]),
            "progress": summary.progress,
            "n_cells": summary.n_cells,
            "states": summary.states,
            "looks": looks_in(summary, looks),
            "flags": flags_by_image(list(leaf), limits),
            **_uploads_to_look_at(found),
            "n_in_trash": found.images.exclude(deleted_at=None).count(),
            "panels": dataset_panels(actor, found),
            "targets": [one for one in datasets_to_fill(actor) if one.pk != found.pk],
            "may_upload": role_allows(role, Action.UPLOAD),
            "setups": found.project.setups.all(),
            "may_edit": role_allows(role, Action.EDIT_METADATA),
            "may_run": role_allows(role, Action.RUN),
            "may_manage": role_allows(role, Action.MANAGE_DATASETS),
            "may_delete": role_allows(role, Action.DELETE_IMAGES),
        },
    )


def _uploads_to_look_at(found: Dataset) -> dict[str, int]:
    """How many files failed, and how many wait for a person."""
    rows = found.uploads.order_by().values_list("state").annotate(n=Count("pk"))
    counts: dict[str, int] = dict(rows)
    waiting = (UploadState.ASKING, UploadState.PARTIAL)
    return {
        "n_failed": counts.get(UploadState.FAILED, 0),
        "n_waiting": sum(counts.get(state, 0) for state in waiting),
    }


@page("POST")
def edit_dataset(request: HttpRequest, dataset_id: UUID) -> HttpResponse:
    """Rename or describe a dataset."""
    with refusal_shown(request):
        change_dataset(
            actor=person(request),
            dataset_id=dataset_id,
            name=text(request, "name"),
            description=text(request, "description"),
        )
        messages.success(request, "Saved.")
    return redirect("dataset", dataset_id)


@page("POST")
def delete_images(request: HttpRequest, dataset_id: UUID) -> HttpResponse:
    """The selected images into the trash."""
    actor = person(request)
    found = dataset_for(actor, dataset_id)
    with refusal_shown(request):
        ids = chosen_ids(request, found)
        gone = actions.delete_images(actor=actor, image_ids=ids)
        what = "1 image is" if len(gone) == 1 else f"{len(gone)} images are"
        messages.success(request, f"{what} in the trash now. A manager can restore them.")
    return redirect("dataset", dataset_id)


@page("POST")
def delete_dataset(request: HttpRequest, dataset_id: UUID) -> HttpResponse:
    """A whole dataset into the trash."""
    gone = actions.delete_dataset(actor=person(request), dataset_id=dataset_id)
    messages.success(request, f"{gone.name} is in the trash now. A manager can restore it.")
    return redirect("project", gone.project_id)


def with_details(images: QuerySet[Image], view: str) -> QuerySet[Image]:
    """The images with what the view shows of each, in a few queries however many they are."""
    images = images.select_related("exclusion")
    if view != "table":
        return images
    names = Channel.objects.only("image", "index", "name")
    return images.prefetch_related(Prefetch("channels", names), "tags")


def common_start(names: list[str]) -> str:
    """What all names begin with, up to a separator: it says nothing on a page of them."""
    if len(names) < 2:
        return ""
    together = takewhile(lambda marks: len(set(marks)) == 1, zip(*names, strict=False))
    shared = "".join(marks[0] for marks in together)
    cut = max(shared.rfind(mark) for mark in SEPARATORS)
    return shared[: cut + 1]


def looks_in(summary: Summary, looks: Looks) -> list[dict[str, Any]]:
    """How many images need which look; what nobody needs is left out."""
    return [
        {"name": name, "title": title, "n": summary.n_by_look[name]}
        for name, (title, _) in looks.items()
        if summary.n_by_look[name]
    ]
