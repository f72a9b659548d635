"""The lab: people, projects, datasets, images."""

from __future__ import annotations

from django.apps import AppConfig


class WebappConfig(AppConfig):
    """Registers the app under its table prefix `webapp`."""

    name = "webapp"
    verbose_name = "Lab"
