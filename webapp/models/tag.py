"""Words that people put on images to find them again."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models.functions import Lower


class Tag(models.Model):
    """A word of a project; any of its images may have it. Case does not tell two words apart."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    project = models.ForeignKey("webapp.Project", on_delete=models.CASCADE, related_name="tags")
    name = models.CharField(max_length=60)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint("project", Lower("name"), name="one_tag_a_word")]

    def __str__(self) -> str:
        return self.name
