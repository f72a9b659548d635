"""Segmentations may come from elsewhere: without a model, and with numbers missing."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


def count_labels(apps, _schema_editor) -> None:
    """Results of models number their cells from 1 without a gap."""
    segmentations = apps.get_model("segmentation", "Segmentation")
    segmentations.objects.update(largest_label=models.F("n_objects"))


class Migration(migrations.Migration):
    dependencies = [
        ("segmentation", "0003_one_segmentation_per_image_and_fingerprint"),
    ]

    operations = [
        migrations.AlterField(
            model_name="segmentation",
            name="segmentation_model",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="segmentation.segmentationmodel",
            ),
        ),
        migrations.AddField(
            model_name="segmentation",
            name="largest_label",
            field=models.BigIntegerField(default=0),
            preserve_default=False,
        ),
        migrations.RunPython(count_labels, migrations.RunPython.noop),
    ]
