"""What a file does not say of its axes and who said it; images of several files."""

from __future__ import annotations

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("webapp", "0009_setups"),
    ]

    operations = [
        migrations.AddField(
            model_name="image",
            name="axes_said",
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.AddField(
            model_name="upload",
            name="answered_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="upload",
            name="axes",
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.AddField(
            model_name="upload",
            name="is_manifest",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="upload",
            name="needs",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="upload",
            name="question",
            field=models.JSONField(null=True),
        ),
        migrations.AlterField(
            model_name="upload",
            name="state",
            field=models.CharField(
                choices=[
                    ("sending", "Sending"),
                    ("checking", "Waiting to be read"),
                    ("converting", "Reading"),
                    ("asking", "Needs an answer"),
                    ("partial", "Waiting for its other files"),
                    ("ready", "Ready"),
                    ("failed", "Failed"),
                    ("cancelled", "Cancelled"),
                ],
                default="sending",
                max_length=16,
            ),
        ),
        migrations.CreateModel(
            name="AxesAnswer",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("kind", models.CharField(max_length=200)),
                ("axes", models.CharField(max_length=40)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "dataset",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="axes_answers",
                        to="webapp.dataset",
                    ),
                ),
            ],
            options={
                "ordering": ["created_at"],
                "constraints": [
                    models.UniqueConstraint(fields=("dataset", "kind"), name="one_answer_a_kind")
                ],
            },
        ),
        migrations.CreateModel(
            name="ImagePart",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.IntegerField()),
                ("file_name", models.CharField(max_length=255)),
                ("t", models.IntegerField(null=True)),
                ("c", models.IntegerField(null=True)),
                ("z", models.IntegerField(null=True)),
                (
                    "blob",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parts",
                        to="webapp.blob",
                    ),
                ),
                (
                    "image",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parts",
                        to="webapp.image",
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
                "constraints": [
                    models.UniqueConstraint(fields=("image", "number"), name="one_part_a_number")
                ],
            },
        ),
    ]
