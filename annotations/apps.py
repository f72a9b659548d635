"""The expert: edits, approval, numbers."""

from __future__ import annotations

from django.apps import AppConfig


class AnnotationsConfig(AppConfig):
    """Registers the app and listens to what the lower apps announce."""

    name = "annotations"
    verbose_name = "Annotations"

    def ready(self) -> None:
        """Adopt every finished segmentation in its transaction; add to the lab's pages."""
        from annotations.actions.adopt import adopt_segmentation
        from annotations.actions.copying import copy_annotation
        from annotations.actions.erase import erase_annotations, note_reports
        from annotations.queries import panels, plate_numbers, ties
        from annotations.queries.storage import count_label_files, count_reports
        from annotations.queries.verify import verify_edits
        from webapp import events

        events.listen("segmentation.finished", adopt_segmentation)
        events.listen("image.copied", copy_annotation)
        events.listen("images.erasing", erase_annotations)
        events.listen("dataset.erasing", note_reports)
        events.listen("images.ties", ties.hold_images)
        events.listen("storage.kept", count_reports)
        events.listen("storage.kept", count_label_files)
        events.listen("blobs.unused", ties.hold_blobs)
        events.listen("plate.numbers", plate_numbers.add_measured)
        events.listen("verify", verify_edits)
        events.listen("navigation", panels.count_waiting)
        events.listen("page.home", panels.show_queue)
        events.listen("page.project", panels.show_project_reports)
        events.listen("page.project", panels.show_project_classes)
        events.listen("page.dataset", panels.show_dataset_masks)
        events.listen("page.image", panels.show_image_masks)
        events.listen("page.dataset", panels.show_dataset_reports)
