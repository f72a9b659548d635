"""One change of an annotation: the truth, append only by database trigger."""

from __future__ import annotations

from django.db import models


class EditKind(models.TextChoices):
    """What a person did."""

    BRUSH = "brush", "painted"
    ERASE = "erase", "erased"
    LASSO = "lasso", "drew a cell"
    REDRAW = "redraw", "redrew a cell"
    CLICK = "click", "found a cell"
    DELETE = "delete", "deleted"
    MERGE = "merge", "merged"
    SPLIT = "split", "split"
    FILL = "fill", "filled holes"
    GROW = "grow", "grew"
    SHRINK = "shrink", "shrank"
    SMOOTH = "smooth", "smoothed"
    CLASSIFY = "classify", "changed the class"
    AMBIGUOUS = "ambiguous", "changed what is ambiguous"
    IGNORE = "ignore", "changed a region to ignore"
    PROPAGATE = "propagate", "carried on to other planes"
    COPY = "copy", "copied from another version"
    RESTORE = "restore", "restored an earlier version"
    IMPORT = "import", "imported classes and regions"
    UNDO = "undo", "undid"
    REDO = "redo", "redid"


class Edit(models.Model):
    """Patches and marks from version - 1 to version; a link of the annotation's hash chain.

    The annotation is a plain id: no cascade reaches the log.
    """

    annotation_id = models.UUIDField()
    version = models.IntegerField()
    client_id = models.UUIDField()
    base_version = models.IntegerField()
    kind = models.CharField(max_length=16, choices=EditKind.choices)
    undoes = models.IntegerField(null=True)
    patches = models.JSONField()
    marks = models.JSONField(default=list)
    author_id = models.UUIDField()
    author_name = models.CharField(max_length=150)
    created_at = models.DateTimeField()
    prev_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["version"]
        constraints = [
            models.UniqueConstraint(
                fields=["annotation_id", "version"], name="one_edit_per_version"
            ),
            models.UniqueConstraint(
                fields=["annotation_id", "client_id"], name="one_edit_per_client_id"
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.version}: {self.kind}"
