"""Quality numbers of images, limits of projects, and images left out of results."""

from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("webapp", "0006_series"),
    ]

    operations = [
        migrations.CreateModel(
            name="Exclusion",
            fields=[
                (
                    "image",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="exclusion",
                        serialize=False,
                        to="webapp.image",
                    ),
                ),
                ("reason", models.CharField(max_length=300)),
                ("excluded_at", models.DateTimeField()),
                (
                    "excluded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ImageQuality",
            fields=[
                (
                    "image",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="quality",
                        serialize=False,
                        to="webapp.image",
                    ),
                ),
                ("numbers", models.JSONField(default=dict)),
                ("fingerprint", models.CharField(blank=True, max_length=128)),
                (
                    "twin",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="twins",
                        to="webapp.image",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="QualityLimit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "flag",
                    models.CharField(
                        choices=[
                            ("blurred", "Out of focus"),
                            ("saturated", "Saturated"),
                            ("low_signal", "Low signal"),
                            ("uneven", "Uneven light"),
                            ("empty", "Empty"),
                            ("duplicate", "Duplicate"),
                            ("seam", "Stitching seam"),
                            ("compressed", "JPEG blocks"),
                        ],
                        max_length=16,
                    ),
                ),
                ("limit", models.FloatField()),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="quality_limits",
                        to="webapp.project",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("project", "flag"), name="one_limit_per_flag")
                ],
            },
        ),
    ]
