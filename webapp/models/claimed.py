"""What every row has that a worker takes for itself."""

from __future__ import annotations

from django.db import models


class Claimed(models.Model):
    """Who works on a row, until when that is believed, and how often it was begun.

    The rules are in `webapp.actions.claims`.
    """

    claim = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    n_attempts = models.IntegerField(default=0)

    class Meta:
        abstract = True
