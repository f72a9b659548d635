"""Keys for scripts: named, scoped, hashed, shown once, with their last use."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models


class TokenScope(models.TextChoices):
    """What a token may do at most; the person's role still applies."""

    READ = "read", "Read"
    WRITE = "write", "Read and write"


class ApiToken(models.Model):
    """One key; only the SHA-256 of the secret is kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens"
    )
    name = models.CharField(max_length=100)
    scope = models.CharField(max_length=8, choices=TokenScope.choices, default=TokenScope.READ)
    project = models.ForeignKey(
        "webapp.Project", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    secret_sha256 = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name
