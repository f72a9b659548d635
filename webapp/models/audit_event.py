"""The log of milestones: one hash chain per project, append only by database trigger."""

from __future__ import annotations

from django.db import models


class AuditEvent(models.Model):
    """Who did what to which subject, when. Names are copied in; no foreign key reaches out."""

    scope = models.CharField(max_length=40)  # the project's id, or "lab"
    sequence = models.IntegerField()
    verb = models.CharField(max_length=60)
    actor_id = models.CharField(max_length=40)
    actor_name = models.CharField(max_length=150)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=80)
    subject_name = models.CharField(max_length=255)
    detail = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    prev_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["sequence"]
        constraints = [
            models.UniqueConstraint(fields=["scope", "sequence"], name="one_event_per_place")
        ]
        indexes = [models.Index(fields=["scope", "-sequence"])]

    def __str__(self) -> str:
        return f"{self.sequence} {self.verb}"
