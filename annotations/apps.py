"""The expert: edits, approval, numbers."""

from __future__ import annotations

from django.apps import AppConfig


class AnnotationsConfig(AppConfig):
    """Registers the app and listens for finished segmentations."""

    name = "annotations"
    verbose_name = "Annotations"

    def ready(self) -> None:
        """Adopt every finished segmentation in the transaction that finishes it."""
        from annotations.actions.adopt import adopt_segmentation
        from annotations.queries.verify import verify_edits
        from webapp import events

        events.listen("segmentation.finished", adopt_segmentation)
        events.listen("verify", verify_edits)
