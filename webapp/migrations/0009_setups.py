"""Acquisition setups: what took the images, one for all whose files say the same."""

from __future__ import annotations

import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("webapp", "0008_organisation"),
    ]

    operations = [
        migrations.CreateModel(
            name="AcquisitionSetup",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("site", models.CharField(blank=True, max_length=200)),
                ("microscope", models.CharField(blank=True, max_length=200)),
                ("objective", models.CharField(blank=True, max_length=200)),
                ("camera", models.CharField(blank=True, max_length=200)),
                ("modality", models.CharField(blank=True, max_length=200)),
                ("pixel_size_y_um", models.FloatField(null=True)),
                ("pixel_size_x_um", models.FloatField(null=True)),
                ("recognized", models.CharField(blank=True, editable=False, max_length=64)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="setups",
                        to="webapp.project",
                    ),
                ),
            ],
            options={
                "ordering": ["name", "created_at"],
            },
        ),
        migrations.AddField(
            model_name="image",
            name="setup",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="images",
                to="webapp.acquisitionsetup",
            ),
        ),
        migrations.AddConstraint(
            model_name="acquisitionsetup",
            constraint=models.UniqueConstraint(fields=("project", "name"), name="one_setup_a_name"),
        ),
        migrations.AddConstraint(
            model_name="acquisitionsetup",
            constraint=models.UniqueConstraint(
                condition=models.Q(("recognized", ""), _negated=True),
                fields=("project", "recognized"),
                name="one_setup_for_the_same_facts",
            ),
        ),
    ]
