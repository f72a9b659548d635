"""How good an image is, from which numbers on that is said, and what people left out."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from webapp.imaging.quality.flags import MEANINGS, Flag

FLAGS = [(flag.value, MEANINGS[flag].title) for flag in Flag]


class ImageQuality(models.Model):
    """The numbers of one image, computed when it was read; flags are up above their limits."""

    image = models.OneToOneField(
        "webapp.Image", on_delete=models.CASCADE, primary_key=True, related_name="quality"
    )
    numbers = models.JSONField(default=dict)  # flag -> {"value", "channel"}
    fingerprint = models.CharField(max_length=128, blank=True)
    twin = models.ForeignKey(
        "webapp.Image", on_delete=models.SET_NULL, null=True, related_name="twins"
    )

    def __str__(self) -> str:
        return f"quality of {self.image_id}"


class QualityLimit(models.Model):
    """A limit that a project has changed; without a row the shipped one holds."""

    project = models.ForeignKey(
        "webapp.Project", on_delete=models.CASCADE, related_name="quality_limits"
    )
    flag = models.CharField(max_length=16, choices=FLAGS)
    limit = models.FloatField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "flag"], name="one_limit_per_flag")
        ]

    def __str__(self) -> str:
        return f"{self.flag} above {self.limit}"


class Exclusion(models.Model):
    """An image that a person has left out of results, and why; pixels and masks are kept."""

    image = models.OneToOneField(
        "webapp.Image", on_delete=models.CASCADE, primary_key=True, related_name="exclusion"
    )
    reason = models.CharField(max_length=300)
    excluded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    excluded_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.reason
