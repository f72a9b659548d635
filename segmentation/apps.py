"""The machine: models, runs, segmentations."""

from __future__ import annotations

from django.apps import AppConfig


class SegmentationConfig(AppConfig):
    """Registers the app under its table prefix `segmentation`, and listens for its pages."""

    name = "segmentation"
    verbose_name = "Segmentation"

    def ready(self) -> None:
        """Add runs to the lab's pages."""
        from segmentation.queries import panels, ties
        from segmentation.queries.storage import count_results
        from webapp import events

        events.listen("storage.kept", count_results)
        events.listen("images.ties", ties.hold_images)
        events.listen("images.erasing", ties.name_folders)
        events.listen("page.project", panels.show_project_runs)
        events.listen("page.dataset", panels.show_dataset_runs)
        events.listen("page.image", panels.show_image_result)
