"""Registered weights: what a lab may trust, by digest."""

from __future__ import annotations

import uuid

from django.db import models


class SegmentationModel(models.Model):
    """One version of a method with its weights; a method without weights has an empty digest."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    method = models.CharField(max_length=40)
    name = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, blank=True)
    licence = models.CharField(max_length=100)
    card = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["method", "digest"], name="one_model_per_digest")
        ]

    def __str__(self) -> str:
        return self.name
