"""Masks that were made elsewhere: the file as it came, and what it proposes for each image."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from webapp.models.claimed import Claimed


class LabelFileState(models.TextChoices):
    """The way of one file."""

    WAITING = "waiting", "Waiting to be read"
    READING = "reading", "Reading"
    READY = "ready", "Read"
    FAILED = "failed", "Failed"


class ProposalState(models.TextChoices):
    """What became of the masks for one image."""

    OPEN = "open", "Not decided"
    READING = "reading", "Reading"
    ACCEPTED = "accepted", "Accepted"
    DISCARDED = "discarded", "Discarded"


UNDECIDED = (ProposalState.OPEN, ProposalState.READING)


class LabelFile(Claimed):
    """One file with masks; its bytes are kept, so that each import can be traced to them.

    With an `image` all its masks are meant for that one, whatever their names say.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    dataset = models.ForeignKey(
        "webapp.Dataset", on_delete=models.CASCADE, related_name="label_files"
    )
    image = models.ForeignKey(
        "webapp.Image", on_delete=models.SET_NULL, null=True, related_name="label_files"
    )
    name = models.CharField(max_length=255)  # with its folders, which say where it belongs
    blob = models.ForeignKey("webapp.Blob", on_delete=models.PROTECT, related_name="+")
    format = models.CharField(max_length=40, blank=True)
    state = models.CharField(
        max_length=16, choices=LabelFileState.choices, default=LabelFileState.WAITING
    )
    sentence = models.TextField(blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["created_at", "name"]
        indexes = [models.Index(fields=["state", "lease_until"])]

    def __str__(self) -> str:
        return self.name


class LabelProposal(models.Model):
    """The masks of one image in such a file, until a person accepts or discards them.

    `sentence` says why there are no labels. `classes` maps the names of kinds to labels, `regions`
    are polygons to ignore, as marks have them. `has_pieces` and `are_pieces`: masks of a single
    number in several pieces, and whether each piece is a cell; None until a person says so.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    file = models.ForeignKey(LabelFile, on_delete=models.CASCADE, related_name="proposals")
    number = models.IntegerField()
    name = models.CharField(max_length=255)
    image = models.ForeignKey(
        "webapp.Image", on_delete=models.SET_NULL, null=True, related_name="label_proposals"
    )
    state = models.CharField(
        max_length=16, choices=ProposalState.choices, default=ProposalState.OPEN
    )
    sentence = models.TextField(blank=True)
    labels = models.ForeignKey("webapp.Blob", on_delete=models.PROTECT, null=True, related_name="+")
    n_objects = models.IntegerField(null=True)
    largest_label = models.BigIntegerField(default=0)
    has_pieces = models.BooleanField(default=False)
    are_pieces = models.BooleanField(null=True)
    notes = models.JSONField(default=list)
    classes = models.JSONField(default=dict)
    regions = models.JSONField(default=list)
    segmentation = models.ForeignKey(
        "segmentation.Segmentation", on_delete=models.SET_NULL, null=True, related_name="proposals"
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["file__created_at", "file__name", "number"]
        constraints = [
            models.UniqueConstraint(fields=["file", "number"], name="one_proposal_per_number")
        ]

    def __str__(self) -> str:
        return self.name
