"""Plates of wells, and what a lab put into each well."""

from __future__ import annotations

import uuid

from django.db import models

from webapp.imaging.naming.wells import Well as Place


class Control(models.TextChoices):
    """What a well is compared as."""

    NONE = "", "No control"
    NEGATIVE = "negative", "Negative control"
    POSITIVE = "positive", "Positive control"


class Plate(models.Model):
    """A plate of a dataset; its name is what file names call it, "" when they name none."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    dataset = models.ForeignKey("webapp.Dataset", on_delete=models.CASCADE, related_name="plates")
    name = models.CharField(max_length=120, blank=True)
    n_rows = models.SmallIntegerField()
    n_columns = models.SmallIntegerField()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["dataset", "name"], name="one_plate_a_name"),
        ]

    def __str__(self) -> str:
        return self.name or "Plate"


class Well(models.Model):
    """A well: row and column from 0, and its condition as the plate map says."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    plate = models.ForeignKey(Plate, on_delete=models.CASCADE, related_name="wells")
    row = models.SmallIntegerField()
    column = models.SmallIntegerField()
    compound = models.CharField(max_length=200, blank=True)
    dose = models.FloatField(null=True)
    unit = models.CharField(max_length=40, blank=True)
    line = models.CharField(max_length=200, blank=True)
    replicate = models.IntegerField(null=True)
    control = models.CharField(max_length=8, choices=Control.choices, blank=True)
    others = models.JSONField(default=list)
    """Columns of the plate map that mean nothing to the program, as pairs of title and text."""

    class Meta:
        ordering = ["row", "column"]
        constraints = [
            models.UniqueConstraint(fields=["plate", "row", "column"], name="one_well_a_place"),
        ]

    def __str__(self) -> str:
        return str(self.place)

    @property
    def place(self) -> Place:
        """Row and column together."""
        return Place(self.row, self.column)
