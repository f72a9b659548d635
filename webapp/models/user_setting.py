"""What a person has set for herself: keys of the viewer, channel presets and the like."""

from __future__ import annotations

from django.conf import settings
from django.db import models

MAX_NAME_LENGTH = 120


class UserSetting(models.Model):
    """One name and its JSON value; what it means is known to the page that wrote it."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="settings"
    )
    name = models.CharField(max_length=MAX_NAME_LENGTH)
    value = models.JSONField()
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["user", "name"], name="one_value_per_user_setting")
        ]

    def __str__(self) -> str:
        return self.name
