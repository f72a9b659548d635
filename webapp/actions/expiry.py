"""Uploads that nobody finishes make room again."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from webapp.actions.uploads import part_path, tell_upload
from webapp.models import Upload
from webapp.states import UploadState


def expire_uploads() -> int:
    """End the uploads for which nothing came any more; returns how many."""
    old = timezone.now() - settings.UPLOAD_EXPIRY
    waiting = Upload.objects.filter(state=UploadState.SENDING, updated_at__lt=old)
    return sum(_expire(upload_id) for upload_id in waiting.values_list("pk", flat=True))


@transaction.atomic
def _expire(upload_id: UUID) -> bool:
    old = timezone.now() - settings.UPLOAD_EXPIRY
    upload = (
        Upload.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("dataset")
        .filter(pk=upload_id, state=UploadState.SENDING, updated_at__lt=old)
        .first()
    )
    if upload is None:
        return False
    days = settings.UPLOAD_EXPIRY.days
    upload.state = UploadState.CANCELLED
    upload.sentence = (
        f"Nothing of this file arrived for {days} days, so what was here of it was removed. "
        "Upload the file again."
    )
    upload.save(update_fields=["state", "sentence", "updated_at"])
    transaction.on_commit(lambda: part_path(upload.pk).unlink(missing_ok=True))
    tell_upload(upload)
    return True
