"""What took the images: a microscope with an objective and a camera, as one thing with a name."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q


class AcquisitionSetup(models.Model):
    """A setup of a project. Images whose files say the same things share one.

    `recognized` is the digest of what the files said when it was made; it stays when people
    correct the words, so that the next image of the same microscope finds its setup. It is ""
    for a setup that a person made.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    project = models.ForeignKey("webapp.Project", on_delete=models.CASCADE, related_name="setups")
    name = models.CharField(max_length=120)
    site = models.CharField(max_length=200, blank=True)
    microscope = models.CharField(max_length=200, blank=True)
    objective = models.CharField(max_length=200, blank=True)
    camera = models.CharField(max_length=200, blank=True)
    modality = models.CharField(max_length=200, blank=True)
    pixel_size_y_um = models.FloatField(null=True)
    pixel_size_x_um = models.FloatField(null=True)
    recognized = models.CharField(max_length=64, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name", "created_at"]
        constraints = [
            models.UniqueConstraint(fields=["project", "name"], name="one_setup_a_name"),
            models.UniqueConstraint(
                fields=["project", "recognized"],
                condition=~Q(recognized=""),
                name="one_setup_for_the_same_facts",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def pixel_size_um(self) -> tuple[float, float] | None:
        """Pixel height and width in micrometers, or None when nobody said."""
        if self.pixel_size_y_um is None or self.pixel_size_x_um is None:
            return None
        return self.pixel_size_y_um, self.pixel_size_x_um
