"""Files of several parts: which bytes an image was put together from."""

from __future__ import annotations

from django.db import models


class ImagePart(models.Model):
    """One file of an image of several, with what the image takes from it.

    `t`, `c` and `z` are the place of its first plane; None where the file itself tells, as the
    parts of an OME-TIFF do. `number` is the order in which the manifest names them.
    """

    image = models.ForeignKey("webapp.Image", on_delete=models.CASCADE, related_name="parts")
    blob = models.ForeignKey("webapp.Blob", on_delete=models.PROTECT, related_name="parts")
    number = models.IntegerField()
    file_name = models.CharField(max_length=255)
    t = models.IntegerField(null=True)
    c = models.IntegerField(null=True)
    z = models.IntegerField(null=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["image", "number"], name="one_part_a_number"),
        ]

    def __str__(self) -> str:
        return self.file_name
