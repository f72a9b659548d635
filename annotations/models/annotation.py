"""The living, versioned label image of one image."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from annotations.states import check_move
from webapp.models import Project
from webapp.states import ImageState


class Annotation(models.Model):
    """Version N is the base segmentation (or nothing) plus the edits 1..N."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    image = models.ForeignKey("webapp.Image", on_delete=models.CASCADE, related_name="annotations")
    base = models.ForeignKey(
        "segmentation.Segmentation", on_delete=models.PROTECT, null=True, related_name="+"
    )
    is_current = models.BooleanField(default=True)
    state = models.CharField(
        max_length=16, choices=ImageState.choices, default=ImageState.SEGMENTED
    )
    version = models.IntegerField(default=0)
    edit_head = models.CharField(max_length=64, blank=True)
    next_label = models.BigIntegerField(default=1)
    last_edit_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    submitted_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["image"],
                condition=models.Q(is_current=True),
                name="one_current_annotation_per_image",
            )
        ]

    def __str__(self) -> str:
        return str(self.image)

    @property
    def project(self) -> Project:
        """The project whose roles decide."""
        return self.image.dataset.project

    def move_to(self, target: ImageState) -> None:
        """Change the state, of the image too; raises IllegalMove when that is not legal."""
        check_move(self.state, target)
        self.state = target
        self.save(update_fields=["state"])
        if self.is_current:
            self.image.state = target
            self.image.save(update_fields=["state"])
