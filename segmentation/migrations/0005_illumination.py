"""The light of a setup, and which jobs used it."""

from __future__ import annotations

import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("segmentation", "0004_imported_masks"),
        ("webapp", "0013_faster_datasets"),
    ]

    operations = [
        migrations.CreateModel(
            name="Illumination",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.CharField(max_length=64)),
                ("setup_name", models.CharField(blank=True, max_length=120)),
                ("channel_names", models.JSONField(default=list)),
                ("sources", models.JSONField()),
                ("light", models.JSONField(null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "dataset",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="illuminations",
                        to="webapp.dataset",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="job",
            name="illumination",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="jobs",
                to="segmentation.illumination",
            ),
        ),
        migrations.AddConstraint(
            model_name="illumination",
            constraint=models.UniqueConstraint(
                fields=("dataset", "key"), name="one_illumination_per_key"
            ),
        ),
    ]
