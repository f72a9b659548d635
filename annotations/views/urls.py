"""Addresses of the experts' pages."""

from __future__ import annotations

from django.urls import path

from annotations.views import classes, definitions, label_files, reports, review, viewer

urlpatterns = [
    path("images/<uuid:image_id>", viewer.viewer, name="viewer"),
    path("definitions", definitions.definitions, name="definitions"),
    path("review", review.review, name="review"),
    path("projects/<uuid:project_id>/classes", classes.classes, name="classes"),
    path("projects/<uuid:project_id>/classes/new", classes.new_class, name="new_class"),
    path("classes/<uuid:class_id>/edit", classes.edit_class, name="edit_class"),
    path("classes/<uuid:class_id>/remove", classes.end_class, name="end_class"),
    path("datasets/<uuid:dataset_id>/masks", label_files.masks, name="masks"),
    path("datasets/<uuid:dataset_id>/masks/accept", label_files.accept_masks, name="accept_masks"),
    path(
        "datasets/<uuid:dataset_id>/masks/discard", label_files.discard_masks, name="discard_masks"
    ),
    path(
        "datasets/<uuid:dataset_id>/masks/pieces",
        label_files.masks_are_pieces,
        name="masks_are_pieces",
    ),
    path(
        "datasets/<uuid:dataset_id>/masks/image",
        label_files.masks_belong_to,
        name="masks_belong_to",
    ),
    path(
        "label-files/<uuid:file_id>/discard",
        label_files.discard_label_file,
        name="discard_label_file",
    ),
    path("datasets/<uuid:dataset_id>/report", reports.dataset_report, name="dataset_report"),
    path("reports/<uuid:report_id>", reports.report, name="report"),
]
