"""What a person said about the axes of all files of one kind."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models


class AxesAnswer(models.Model):
    """Files of this kind in this dataset are read so, without asking again.

    `kind` is what such files have in common (format, shape, type), in words for people; `axes` is
    what `webapp.imaging.axes` reads.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    dataset = models.ForeignKey(
        "webapp.Dataset", on_delete=models.CASCADE, related_name="axes_answers"
    )
    kind = models.CharField(max_length=200)
    axes = models.CharField(max_length=40)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(fields=["dataset", "kind"], name="one_answer_a_kind"),
        ]

    def __str__(self) -> str:
        return self.kind
