"""The immutable result of a job, or of an import."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models


class Segmentation(models.Model):
    """A label image and what made it; an image has one for each fingerprint.

    An imported one was made elsewhere: it has no model, and its manifest names the file.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    image = models.ForeignKey(
        "webapp.Image", on_delete=models.CASCADE, related_name="segmentations"
    )
    segmentation_model = models.ForeignKey(
        "segmentation.SegmentationModel", on_delete=models.PROTECT, null=True, related_name="+"
    )
    fingerprint = models.CharField(max_length=64)
    method = models.CharField(max_length=40)
    labels = models.ForeignKey("webapp.Blob", on_delete=models.PROTECT, related_name="+")
    confidences = models.ForeignKey("webapp.Blob", on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)  # SHA-256 of the stored label image
    n_objects = models.IntegerField()
    largest_label = models.BigIntegerField()  # of an import numbers may be missing
    diameter_px = models.FloatField(null=True)
    mean_confidence = models.FloatField(null=True)
    warnings = models.JSONField(default=list)
    manifest = models.JSONField()
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    started_at = models.DateTimeField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["image", "fingerprint"], name="one_segmentation_per_fingerprint"
            )
        ]

    def __str__(self) -> str:
        return f"{self.method} on {self.image}"

    @property
    def is_imported(self) -> bool:
        """Whether a person brought it along."""
        return self.segmentation_model_id is None

    @property
    def made_by(self) -> str:
        """The name of the model, or of the file that was imported."""
        if self.segmentation_model is None:
            return str(self.manifest["file"]["name"])
        return self.segmentation_model.name
