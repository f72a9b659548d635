"""Plates and wells, and which well an image shows."""

from __future__ import annotations

import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("webapp", "0004_user_setting"),
    ]

    operations = [
        migrations.AddField(
            model_name="image",
            name="site",
            field=models.IntegerField(null=True),
        ),
        migrations.CreateModel(
            name="Plate",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=120)),
                ("n_rows", models.SmallIntegerField()),
                ("n_columns", models.SmallIntegerField()),
                (
                    "dataset",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="plates",
                        to="webapp.dataset",
                    ),
                ),
            ],
            options={
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="Well",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("row", models.SmallIntegerField()),
                ("column", models.SmallIntegerField()),
                ("compound", models.CharField(blank=True, max_length=200)),
                ("dose", models.FloatField(null=True)),
                ("unit", models.CharField(blank=True, max_length=40)),
                ("line", models.CharField(blank=True, max_length=200)),
                ("replicate", models.IntegerField(null=True)),
                (
                    "control",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "No control"),
                            ("negative", "Negative control"),
                            ("positive", "Positive control"),
                        ],
                        max_length=8,
                    ),
                ),
                ("others", models.JSONField(default=list)),
                (
                    "plate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="wells",
                        to="webapp.plate",
                    ),
                ),
            ],
            options={
                "ordering": ["row", "column"],
            },
        ),
        migrations.AddField(
            model_name="image",
            name="well",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="images",
                to="webapp.well",
            ),
        ),
        migrations.AddConstraint(
            model_name="plate",
            constraint=models.UniqueConstraint(fields=("dataset", "name"), name="one_plate_a_name"),
        ),
        migrations.AddConstraint(
            model_name="well",
            constraint=models.UniqueConstraint(
                fields=("plate", "row", "column"), name="one_well_a_place"
            ),
        ),
    ]
