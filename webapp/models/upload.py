"""One file on its way in."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models

from webapp.models.claimed import Claimed
from webapp.states import UploadState

if TYPE_CHECKING:
    from webapp.models.image import Image


class Upload(Claimed):
    """One file: resumable parts, then reading in a child process, then Images or a sentence.

    `image` is the first of them, also when another upload brought it; `images` came with this one.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    dataset = models.ForeignKey("webapp.Dataset", on_delete=models.CASCADE, related_name="uploads")
    file_name = models.CharField(max_length=255)
    size_bytes = models.BigIntegerField()
    offset_bytes = models.BigIntegerField(default=0)
    state = models.CharField(
        max_length=16, choices=UploadState.choices, default=UploadState.SENDING
    )
    progress = models.FloatField(default=0.0)
    sentence = models.TextField(blank=True)
    blob = models.ForeignKey("webapp.Blob", on_delete=models.PROTECT, null=True, related_name="+")
    image = models.ForeignKey(
        "webapp.Image", on_delete=models.SET_NULL, null=True, related_name="uploads"
    )
    question = models.JSONField(null=True)
    """What the file does not say of its axes: `webapp.imaging.axes.Question`, while and after."""
    axes = models.CharField(max_length=40, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    needs = models.JSONField(default=list)
    """Names of the files that belong to the same image, of a file that is a part of one."""
    is_alone = models.BooleanField(default=False)
    """Somebody said that the file is read without the others of its image."""
    is_manifest = models.BooleanField(default=False)
    """The blob is a list of parts that this program wrote, never a file that somebody sent."""
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["created_at"]
        indexes = [models.Index(fields=["state", "lease_until"])]

    def __str__(self) -> str:
        return self.file_name

    @property
    def shown_name(self) -> str:
        """What people call it: of several files put together, the name of their image."""
        return self.file_name.removesuffix(".parts") if self.is_manifest else self.file_name

    @property
    def images_here(self) -> list[Image]:
        """The images that came with this file and are not in the trash, as they lie in it."""
        here = [image for image in self.images.all() if image.deleted_at is None]
        return sorted(here, key=lambda image: image.series)

    @property
    def expires_at(self) -> datetime:
        """When it is given up, unless more of the file arrives before."""
        return self.updated_at + settings.UPLOAD_EXPIRY
