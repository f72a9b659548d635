"""How a setup lights its images, told from some of them; the same for every image of the kind."""

from __future__ import annotations

import uuid

from django.db import models


class Illumination(models.Model):
    """Which images of a dataset tell the light of their setup, and the light once it was told.

    `key` is the digest of everything that the light depends on: it is known, and part of the
    fingerprint of results, before the pixels are read. The first job that needs the light tells it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    dataset = models.ForeignKey(
        "webapp.Dataset", on_delete=models.CASCADE, related_name="illuminations"
    )
    key = models.CharField(max_length=64)
    setup_name = models.CharField(max_length=120, blank=True)
    channel_names = models.JSONField(default=list)
    sources = models.JSONField()  # [{"image", "sha256", "series", "axes_said"}]
    light = models.JSONField(null=True)  # SharedLight.to_json()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dataset", "key"], name="one_illumination_per_key")
        ]

    def __str__(self) -> str:
        return f"light of {self.setup_name or 'images without a setup'}"
