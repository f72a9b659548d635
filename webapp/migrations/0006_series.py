"""Several images of one file: which upload brought an image, and which one of the file it is."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

# Until now a file was one image, whose id is that of its upload.
# Constraints are checked at once, as the columns' indexes are made in the same transaction.
FROM_ITS_ID = """
SET CONSTRAINTS ALL IMMEDIATE;
UPDATE webapp_image SET upload_id = id
WHERE EXISTS (SELECT 1 FROM webapp_upload WHERE webapp_upload.id = webapp_image.id)
"""


class Migration(migrations.Migration):
    dependencies = [("webapp", "0005_plates")]

    operations = [
        migrations.AddField(
            model_name="image",
            name="upload",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="images",
                to="webapp.upload",
            ),
        ),
        migrations.AddField(
            model_name="image", name="series", field=models.IntegerField(default=0)
        ),
        migrations.AddField(
            model_name="image", name="n_series", field=models.IntegerField(default=1)
        ),
        migrations.RunSQL(FROM_ITS_ID, migrations.RunSQL.noop),
    ]
