"""Counts by state and the trash of a dataset come from an index alone."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("webapp", "0012_fiber_flag"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="image",
            name="webapp_imag_dataset_e6464c_idx",
        ),
        migrations.AddIndex(
            model_name="image",
            index=models.Index(
                condition=models.Q(("deleted_at", None)),
                fields=["dataset", "state"],
                name="images_of_a_dataset_by_state",
            ),
        ),
        migrations.AddIndex(
            model_name="image",
            index=models.Index(
                condition=models.Q(("deleted_at__isnull", False)),
                fields=["dataset"],
                name="images_in_the_trash",
            ),
        ),
    ]
