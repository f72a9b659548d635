"""A file of a set that somebody wants to read without the others."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('webapp', '0010_several_parts'),
    ]

    operations = [
        migrations.AddField(
            model_name='upload',
            name='is_alone',
            field=models.BooleanField(default=False),
        ),
    ]
