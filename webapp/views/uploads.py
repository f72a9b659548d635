"""The upload page: is everything in, and read right?"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from webapp.imaging.axes import words_of
from webapp.models import Dataset, ImagePart, Upload
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
            "uploads": _with_groups(found, uploads[:N_SHOWN]),
            "n_uploads": uploads.count(),
            "n_shown": N_SHOWN,
            "n_asking": uploads.filter(state=UploadState.ASKING).count(),
            "kept_answers": [
                (one, words_of(one.axes)) for one in found.axes_answers.select_related("created_by")
            ],
            "n_ready": uploads.filter(state=UploadState.READY).count(),
        },
    )


def _with_groups(dataset: Dataset, uploads: Iterable[Upload]) -> list[Upload]:
    """Each row with the image that its file is a part of now, as `part_of`."""
    listed = list(uploads)
    gone = [one.blob_id for one in listed if one.image and one.image.deleted_at]
    parts = ImagePart.objects.filter(
        blob__in=gone, image__dataset=dataset, image__deleted_at=None
    ).select_related("image")
    images = {part.blob_id: part.image for part in parts}
    for one in listed:
        one.part_of = images.get(str(one.blob_id))  # type: ignore[attr-defined]
    return listed
