"""What kinds of cells a project tells apart."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models.functions import Lower


class ClassColor(models.TextChoices):
    """Okabe and Ito's colors and a gray, told apart in any color vision; tokens.css has them."""

    ORANGE = "orange", "Orange"
    SKY = "sky", "Sky blue"
    GREEN = "green", "Green"
    YELLOW = "yellow", "Yellow"
    PURPLE = "purple", "Purple"
    VERMILION = "vermilion", "Vermilion"
    BLUE = "blue", "Blue"
    GRAY = "gray", "Light gray"


class CellClass(models.Model):
    """A kind of cell: its name, its color and the key that gives it to the selected cells.

    Marks in the edit log name it by its id, so it may be renamed, and one that was removed is
    kept: cells that have it keep it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    project = models.ForeignKey(
        "webapp.Project", on_delete=models.CASCADE, related_name="cell_classes"
    )
    name = models.CharField(max_length=60)
    color = models.CharField(max_length=16, choices=ClassColor.choices)
    key = models.CharField(max_length=1)
    created_at = models.DateTimeField(auto_now_add=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                "project",
                Lower("name"),
                condition=models.Q(removed_at=None),
                name="one_class_per_name",
            ),
            models.UniqueConstraint(
                fields=["project", "key"],
                condition=models.Q(removed_at=None),
                name="one_class_per_key",
            ),
        ]

    def __str__(self) -> str:
        return self.name
