"""What each channel shows of a cell, told from its name for the images that are here already."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models

from webapp.imaging.roles import ROLE_TITLES, Role, roles_of_names


def tell_roles(apps: Any, _schema_editor: Any) -> None:
    image_class = apps.get_model("webapp", "Image")
    for image in image_class.objects.prefetch_related("channels").iterator(500):
        channels = list(image.channels.order_by("index"))
        roles = roles_of_names([channel.name for channel in channels])
        for channel, role in zip(channels, roles, strict=True):
            channel.role = role or Role.OTHER
            channel.save(update_fields=["role"])


class Migration(migrations.Migration):
    dependencies = [("webapp", "0002_append_only")]
    operations = [
        migrations.AddField(
            "channel",
            "role",
            models.CharField(
                choices=[(role.value, title) for role, title in ROLE_TITLES.items()],
                default=Role.OTHER,
                max_length=16,
            ),
        ),
        migrations.RunPython(tell_roles, migrations.RunPython.noop),
    ]
