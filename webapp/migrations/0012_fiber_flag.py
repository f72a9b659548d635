"""Fibers and scratches are a flag of their own."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("webapp", "0011_read_alone"),
    ]

    operations = [
        migrations.AlterField(
            model_name="qualitylimit",
            name="flag",
            field=models.CharField(
                choices=[
                    ("blurred", "Out of focus"),
                    ("saturated", "Saturated"),
                    ("low_signal", "Low signal"),
                    ("uneven", "Uneven light"),
                    ("empty", "Empty"),
                    ("duplicate", "Duplicate"),
                    ("seam", "Stitching seam"),
                    ("debris", "Fiber or scratch"),
                    ("compressed", "JPEG blocks"),
                ],
                max_length=16,
            ),
        ),
    ]
