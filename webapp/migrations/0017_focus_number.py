"""The number of focus is measured in another way: the one before is forgotten, limits are kept.

`manage.py measure_quality --lacking blurred` computes it again.
"""

from __future__ import annotations

from django.db import migrations

FORGET = "UPDATE webapp_imagequality SET numbers = numbers - 'blurred' WHERE numbers ? 'blurred'"


class Migration(migrations.Migration):
    dependencies = [
        ("webapp", "0016_flat_cards"),
    ]

    operations = [
        migrations.RunSQL(FORGET, reverse_sql=migrations.RunSQL.noop),
    ]
