"""Cards of datasets and projects come from indexes: their pictures, states and cells."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("webapp", "0015_seam_number"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="image",
            name="images_of_a_dataset_by_state",
        ),
        migrations.AddIndex(
            model_name="image",
            index=models.Index(
                condition=models.Q(("deleted_at", None)),
                fields=["dataset", "state"],
                include=("n_cells",),
                name="images_by_state_with_cells",
            ),
        ),
        migrations.AddIndex(
            model_name="image",
            index=models.Index(
                models.F("dataset"),
                models.Case(
                    models.When(state="uploaded", then=models.Value(1)),
                    default=models.Value(0),
                    output_field=models.IntegerField(),
                ),
                models.F("name"),
                models.F("id"),
                condition=models.Q(("deleted_at", None)),
                name="covers_of_a_dataset",
            ),
        ),
    ]
