"""What a reviewer said, and what an approval pins."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Verdict(models.TextChoices):
    """Every step of the review."""

    SUBMITTED = "submitted", "submitted"
    APPROVED = "approved", "approved"
    SENT_BACK = "sent_back", "sent back"
    REOPENED = "reopened", "reopened"


class Review(models.Model):
    """One step: who, at which version, with which words."""

    annotation = models.ForeignKey(
        "annotations.Annotation", on_delete=models.CASCADE, related_name="reviews"
    )
    verdict = models.CharField(max_length=16, choices=Verdict.choices)
    version = models.IntegerField()
    comment = models.TextField(blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["created_at"]

    def __str__(self) -> str:
        return f"{self.verdict} at version {self.version}"


class Approval(models.Model):
    """A version and its digest, vouched for by a person; revoked only by reopening."""

    annotation = models.ForeignKey(
        "annotations.Annotation", on_delete=models.CASCADE, related_name="approvals"
    )
    version = models.IntegerField()
    digest = models.CharField(max_length=64)
    edit_head = models.CharField(max_length=64, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    approved_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["approved_at"]

    def __str__(self) -> str:
        return f"version {self.version} ({self.digest[:12]})"
