"""Files with masks made elsewhere, what they propose for each image, and edits that import."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("annotations", "0010_redraw_edits"),
        ("segmentation", "0004_imported_masks"),
        ("webapp", "0010_several_parts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="edit",
            name="kind",
            field=models.CharField(
                choices=[
                    ("brush", "painted"),
                    ("erase", "erased"),
                    ("lasso", "drew a cell"),
                    ("redraw", "redrew a cell"),
                    ("click", "found a cell"),
                    ("delete", "deleted"),
                    ("merge", "merged"),
                    ("split", "split"),
                    ("fill", "filled holes"),
                    ("grow", "grew"),
                    ("shrink", "shrank"),
                    ("smooth", "smoothed"),
                    ("classify", "changed the class"),
                    ("ambiguous", "changed what is ambiguous"),
                    ("ignore", "changed a region to ignore"),
                    ("propagate", "carried on to other planes"),
                    ("copy", "copied from another version"),
                    ("restore", "restored an earlier version"),
                    ("import", "imported classes and regions"),
                    ("undo", "undid"),
                    ("redo", "redid"),
                ],
                max_length=16,
            ),
        ),
        migrations.CreateModel(
            name="LabelFile",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=255)),
                ("format", models.CharField(blank=True, max_length=40)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting to be read"),
                            ("reading", "Reading"),
                            ("ready", "Read"),
                            ("failed", "Failed"),
                        ],
                        default="waiting",
                        max_length=16,
                    ),
                ),
                ("sentence", models.TextField(blank=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("claim", models.UUIDField(null=True)),
                ("lease_until", models.DateTimeField(null=True)),
                ("n_attempts", models.IntegerField(default=0)),
                (
                    "blob",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="webapp.blob",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "dataset",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="label_files",
                        to="webapp.dataset",
                    ),
                ),
                (
                    "image",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="label_files",
                        to="webapp.image",
                    ),
                ),
            ],
            options={
                "ordering": ["created_at", "name"],
            },
        ),
        migrations.CreateModel(
            name="LabelProposal",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.IntegerField()),
                ("name", models.CharField(max_length=255)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Not decided"),
                            ("reading", "Reading"),
                            ("accepted", "Accepted"),
                            ("discarded", "Discarded"),
                        ],
                        default="open",
                        max_length=16,
                    ),
                ),
                ("sentence", models.TextField(blank=True)),
                ("n_objects", models.IntegerField(null=True)),
                ("largest_label", models.BigIntegerField(default=0)),
                ("has_pieces", models.BooleanField(default=False)),
                ("are_pieces", models.BooleanField(null=True)),
                ("notes", models.JSONField(default=list)),
                ("classes", models.JSONField(default=dict)),
                ("regions", models.JSONField(default=list)),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="proposals",
                        to="annotations.labelfile",
                    ),
                ),
                (
                    "image",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="label_proposals",
                        to="webapp.image",
                    ),
                ),
                (
                    "labels",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="webapp.blob",
                    ),
                ),
                (
                    "segmentation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="proposals",
                        to="segmentation.segmentation",
                    ),
                ),
            ],
            options={
                "ordering": ["file__created_at", "file__name", "number"],
            },
        ),
        migrations.AddIndex(
            model_name="labelfile",
            index=models.Index(
                fields=["state", "lease_until"], name="annotations_state_becaa5_idx"
            ),
        ),
        migrations.AddConstraint(
            model_name="labelproposal",
            constraint=models.UniqueConstraint(
                fields=("file", "number"), name="one_proposal_per_number"
            ),
        ),
    ]
