"""A Run is what a person starts; it consists of Jobs, one image each."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from segmentation.states import JobState, RunState
from webapp.models.claimed import Claimed


class Run(models.Model):
    """One request: these images, this method, these parameters."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    dataset = models.ForeignKey("webapp.Dataset", on_delete=models.CASCADE, related_name="runs")
    number = models.IntegerField()
    segmentation_model = models.ForeignKey(
        "segmentation.SegmentationModel", on_delete=models.PROTECT, related_name="runs"
    )
    method = models.CharField(max_length=40)
    parameters = models.JSONField(default=dict)
    state = models.CharField(max_length=16, choices=RunState.choices, default=RunState.RUNNING)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["dataset", "number"], name="one_run_per_number")
        ]

    def __str__(self) -> str:
        return f"Run {self.number}"


class Job(Claimed):
    """One image of a run: claimed by compare-and-swap, held by a lease with a heartbeat."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="jobs")
    image = models.ForeignKey("webapp.Image", on_delete=models.CASCADE, related_name="jobs")
    state = models.CharField(max_length=16, choices=JobState.choices, default=JobState.QUEUED)
    progress = models.FloatField(default=0.0)
    sentence = models.TextField(blank=True)
    fingerprint = models.CharField(max_length=64)
    illumination = models.ForeignKey(
        "segmentation.Illumination", on_delete=models.CASCADE, null=True, related_name="jobs"
    )
    segmentation = models.ForeignKey(
        "segmentation.Segmentation", on_delete=models.SET_NULL, null=True, related_name="jobs"
    )
    is_reused = models.BooleanField(default=False)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["image__name"]
        constraints = [models.UniqueConstraint(fields=["run", "image"], name="one_job_per_image")]
        indexes = [models.Index(fields=["state", "lease_until"])]

    def __str__(self) -> str:
        return f"{self.run}: {self.image}"
