"""The machine: models, runs, segmentations."""

from __future__ import annotations

from django.apps import AppConfig


class SegmentationConfig(AppConfig):
    """Registers the app under its table prefix `segmentation`."""

    name = "segmentation"
    verbose_name = "Segmentation"
