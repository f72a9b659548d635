"""A report: numbers of a dataset, frozen with the digests of what made them."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from webapp.models.claimed import Claimed


class ReportState(models.TextChoices):
    """The way of a report."""

    QUEUED = "queued", "Waiting"
    RUNNING = "running", "Being made"
    READY = "ready", "Ready"
    FAILED = "failed", "Failed"


class Report(Claimed):
    """One bundle; its digest is the name of its bytes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    dataset = models.ForeignKey("webapp.Dataset", on_delete=models.CASCADE, related_name="reports")
    number = models.IntegerField()
    is_approved_only = models.BooleanField(default=False)
    state = models.CharField(max_length=16, choices=ReportState.choices, default=ReportState.QUEUED)
    progress = models.FloatField(default=0.0)
    sentence = models.TextField(blank=True)
    # What the report reads, pinned when it was asked for.
    inputs = models.JSONField(default=list)
    cell_classes = models.JSONField(default=list)  # id and name of each, in their order
    audit_head = models.CharField(max_length=64, blank=True)
    files = models.JSONField(default=dict)  # name -> blob digest and size
    summary = models.JSONField(default=dict)
    bundle = models.ForeignKey("webapp.Blob", on_delete=models.PROTECT, null=True, related_name="+")
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["dataset", "number"], name="one_report_per_number")
        ]

    def __str__(self) -> str:
        return f"Report {self.number}"
