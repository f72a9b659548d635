"""The number of seams means something else: the one before is forgotten, and limits set by it.

`manage.py measure_quality --lacking seam` computes it again.
"""

from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("webapp", "0014_upload_claim"),
    ]

    operations = [
        migrations.RunSQL(
            [
                "UPDATE webapp_imagequality SET numbers = numbers - 'seam' WHERE numbers ? 'seam'",
                "DELETE FROM webapp_qualitylimit WHERE flag = 'seam'",
            ],
            reverse_sql=migrations.RunSQL.noop,
        ),
    ]
