"""The page that shows which files make one image, before anybody accepts it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from webapp.actions.grouping import group_images
from webapp.imaging.naming.builtin import BUILTINS
from webapp.imaging.naming.pattern import PARTS, BadPattern
from webapp.permissions import Action, require
from webapp.queries.grouping import GroupPreview, preview_groups
from webapp.queries.projects import dataset_for
from webapp.views.doors import page, person, refusal_shown, text

MOST_STACKS = 300
TELL_APART = ("{channel", "{z}", "{time}", "{clock}")


@page("GET", "HEAD", "POST")
def group(request: HttpRequest, dataset_id: UUID) -> HttpResponse:
    """What a pattern puts together; posted, a worker does it."""
    actor = person(request)
    found = dataset_for(actor, dataset_id)
    require(actor, Action.UPLOAD, found.project)
    if request.method == "POST":
        with refusal_shown(request):
            uploads = group_images(
                actor=actor,
                dataset_id=dataset_id,
                pattern=text(request, "pattern"),
                is_with_missing="with_missing" in request.POST,
            )
            what = "1 image is" if len(uploads) == 1 else f"{len(uploads):,} images are"
            messages.success(request, f"{what} being put together. Follow it here.")
            return redirect("dataset_upload", dataset_id)
        return redirect("group", dataset_id)
    pattern = request.GET.get("pattern", "").strip()
    try:
        preview, wrong = preview_groups(found, pattern or None), ""
    except BadPattern as error:
        preview, wrong = GroupPreview(pattern, "", (), 0), str(error)
    complete = preview.buildable(is_with_missing=False)
    return render(
        request,
        "group.html",
        {
            "dataset": found,
            "project": found.project,
            "preview": preview,
            "stacks": preview.stacks[:MOST_STACKS],
            "n_more": max(0, len(preview.stacks) - MOST_STACKS),
            "n_complete": len(complete),
            "n_incomplete": len(preview.buildable(is_with_missing=True)) - len(complete),
            "n_alone": preview.n_files - preview.n_grouped,
            "wrong": wrong,
            "builtins": [
                one for one in BUILTINS if any(word in one.pattern for word in TELL_APART)
            ],
            "parts": PARTS,
        },
    )
