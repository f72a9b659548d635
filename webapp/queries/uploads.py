"""Files on their way in, always for somebody."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.http import Http404

from webapp.models import Dataset, Image, Upload, User
from webapp.permissions import Action, require


def uploads_of(dataset: Dataset) -> QuerySet[Upload]:
    """The uploads of a dataset, the newest first."""
    images = Image.objects.only("name", "series", "deleted_at", "upload")
    return (
        dataset.uploads.select_related("image")
        .prefetch_related(Prefetch("images", images))
        .order_by("-created_at")
    )


def upload_for(actor: User, upload_id: UUID, *, is_locked: bool = False) -> Upload:
    """One upload of a project the actor may upload to; Http404 for a stranger."""
    rows = Upload.objects.select_related("dataset__project").filter(
        pk=upload_id, dataset__project__deleted_at=None
    )
    if is_locked:
        rows = rows.select_for_update(of=("self",))
    upload = rows.first()
    if upload is None:
        raise Http404("Nothing is here for you.")
    require(actor, Action.UPLOAD, upload.dataset.project)
    return upload
