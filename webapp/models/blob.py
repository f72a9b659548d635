"""Bytes that never change, named by their SHA-256."""

from __future__ import annotations

from django.db import models


class Blob(models.Model):
    """The fact that these bytes are kept; the bytes lie in `storage/blobs`."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    size_bytes = models.BigIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.sha256[:12]
