"""Images: one acquisition each, axes TCZYX, immutable after ingest."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from webapp.imaging.roles import ROLE_TITLES, Role
from webapp.states import ImageState

CHANNEL_ROLES = [(role.value, title) for role, title in ROLE_TITLES.items()]


HAS_NO_MASKS = models.Case(
    models.When(state=ImageState.UPLOADED, then=models.Value(1)),
    default=models.Value(0),
    output_field=models.IntegerField(),
)


class Image(models.Model):
    """One acquisition. Pixels never change; names and scales may, with an audit event."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    dataset = models.ForeignKey("webapp.Dataset", on_delete=models.CASCADE, related_name="images")
    well = models.ForeignKey(
        "webapp.Well", on_delete=models.SET_NULL, null=True, related_name="images"
    )
    site = models.IntegerField(null=True)
    name = models.CharField(max_length=255)
    file_name = models.CharField(max_length=255)
    blob = models.ForeignKey("webapp.Blob", on_delete=models.PROTECT, related_name="images")
    n_frames = models.IntegerField()
    n_channels = models.IntegerField()
    n_slices = models.IntegerField()
    height = models.IntegerField()
    width = models.IntegerField()
    dtype = models.CharField(max_length=16)
    source_dtype = models.CharField(max_length=32)
    source_format = models.CharField(max_length=64)
    upload = models.ForeignKey(
        "webapp.Upload", on_delete=models.SET_NULL, null=True, related_name="images"
    )
    series = models.IntegerField(default=0)
    n_series = models.IntegerField(default=1)
    pixel_size_y_um = models.FloatField(null=True)
    pixel_size_x_um = models.FloatField(null=True)
    slice_step_um = models.FloatField(null=True)
    frame_interval_s = models.FloatField(null=True)
    objective = models.CharField(max_length=200, blank=True)
    setup = models.ForeignKey(
        "webapp.AcquisitionSetup", on_delete=models.SET_NULL, null=True, related_name="images"
    )
    axes_are_ambiguous = models.BooleanField(default=False)
    axes_said = models.CharField(max_length=40, blank=True)
    """How a person said the planes of the file lie, where it did not say itself."""
    levels = models.JSONField()
    notes = models.JSONField(default=list)
    state = models.CharField(max_length=16, choices=ImageState.choices, default=ImageState.UPLOADED)
    n_cells = models.IntegerField(null=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    deleted_at = models.DateTimeField(null=True)
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    tags = models.ManyToManyField("webapp.Tag", related_name="images")
    # A plain id: what it was copied from may be erased.
    copied_from = models.UUIDField(null=True)
    derived_bytes = models.BigIntegerField(null=True)
    """What its pyramid and small picture take on the disk; None until it was measured."""

    class Meta:
        ordering = ["name", "created_at"]
        indexes = [
            models.Index(
                fields=["dataset", "state"],
                include=["n_cells"],
                condition=models.Q(deleted_at=None),
                name="images_by_state_with_cells",
            ),
            models.Index(
                models.F("dataset"),
                HAS_NO_MASKS,
                models.F("name"),
                models.F("id"),
                condition=models.Q(deleted_at=None),
                name="covers_of_a_dataset",
            ),
            models.Index(
                fields=["dataset"],
                condition=models.Q(deleted_at__isnull=False),
                name="images_in_the_trash",
            ),
            models.Index(
                fields=["dataset", "name", "created_at", "id"],
                condition=models.Q(deleted_at=None),
                name="images_of_a_dataset_by_name",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def shape(self) -> tuple[int, int, int, int, int]:
        """Sizes along T, C, Z, Y, X."""
        return self.n_frames, self.n_channels, self.n_slices, self.height, self.width

    @property
    def pixel_size_um(self) -> tuple[float, float] | None:
        """Pixel height and width in micrometers, or None when the file did not say."""
        if self.pixel_size_y_um is None or self.pixel_size_x_um is None:
            return None
        return self.pixel_size_y_um, self.pixel_size_x_um


class Channel(models.Model):
    """One channel of an image, what it shows of a cell, and how it is drawn on the screen."""

    image = models.ForeignKey(Image, on_delete=models.CASCADE, related_name="channels")
    index = models.IntegerField()
    name = models.CharField(max_length=100)
    role = models.CharField(max_length=16, choices=CHANNEL_ROLES, default=Role.OTHER)
    color = models.CharField(max_length=7)
    low = models.FloatField()
    high = models.FloatField()
    gamma = models.FloatField(default=1.0)
    minimum = models.FloatField()
    maximum = models.FloatField()
    histogram = models.JSONField(default=list)

    class Meta:
        ordering = ["index"]
        constraints = [
            models.UniqueConstraint(fields=["image", "index"], name="one_channel_per_index")
        ]

    def __str__(self) -> str:
        return self.name
