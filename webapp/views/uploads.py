"""The upload page: is everything in, and read right?"""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from webapp.imaging.axes import words_of
from webapp.permissions import Action, require
from webapp.queries.projects import dataset_for
from webapp.queries.uploads import uploads_of
from webapp.states import UploadState
from webapp.views.doors import page, person

N_SHOWN = 500


@page()
def dataset_upload(request: HttpRequest, dataset_id: UUID) -> HttpResponse:
    """Send files, and see what became of those sent before."""
    actor = person(request)
    found = dataset_for(actor, dataset_id)
    require(actor, Action.UPLOAD, found.project)
    uploads = uploads_of(found).exclude(state=UploadState.CANCELLED)
    return render(
        request,
        "dataset_upload.html",
        {
            "dataset": found,
            "project": found.project,
            "uploads": uploads[:N_SHOWN],
            "n_uploads": uploads.count(),
            "n_shown": N_SHOWN,
            "n_asking": uploads.filter(state=UploadState.ASKING).count(),
            "kept_answers": [
                (one, words_of(one.axes)) for one in found.axes_answers.select_related("created_by")
            ],
            "n_ready": uploads.filter(state=UploadState.READY).count(),
        },
    )
