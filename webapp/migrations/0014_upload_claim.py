"""An upload knows which worker reads it."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("webapp", "0013_faster_datasets"),
    ]

    operations = [
        migrations.AddField(
            model_name="upload",
            name="claim",
            field=models.UUIDField(null=True),
        ),
    ]
