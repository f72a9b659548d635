"""Addresses of the expert's doors, under `api/`."""

from __future__ import annotations

from django.urls import path

from annotations.api import (
    annotation,
    classes,
    edits,
    exports,
    images,
    label_files,
    reports,
    review,
    segmentation_tiles,
    verify,
)

urlpatterns = [
    path("images/<uuid:image_id>", images.ImageDoor.as_view()),
    path("images/<uuid:image_id>/annotation", images.ImageAnnotation.as_view()),
    path("images/<uuid:image_id>/thumbnail", images.ImageThumbnail.as_view()),
    path("annotations/<uuid:annotation_id>", annotation.AnnotationDoor.as_view()),
    path("annotations/<uuid:annotation_id>/objects", annotation.Objects.as_view()),
    path("annotations/<uuid:annotation_id>/labels", annotation.Labels.as_view()),
    path("annotations/<uuid:annotation_id>/edits", edits.Edits.as_view()),
    path("annotations/<uuid:annotation_id>/restore", edits.Restore.as_view()),
    path("annotations/<uuid:annotation_id>/submit", review.Submit.as_view()),
    path("annotations/<uuid:annotation_id>/approve", review.Approve.as_view()),
    path("annotations/<uuid:annotation_id>/send_back", review.SendBack.as_view()),
    path("annotations/<uuid:annotation_id>/reopen", review.Reopen.as_view()),
    path("projects/<uuid:project_id>/classes", classes.Classes.as_view()),
    path("classes/<uuid:class_id>", classes.ClassDoor.as_view()),
    path(
        "segmentations/<uuid:segmentation_id>/objects",
        segmentation_tiles.SegmentationObjects.as_view(),
    ),
    path("datasets/<uuid:dataset_id>/label-files", label_files.LabelFiles.as_view()),
    path("label-files/<uuid:file_id>", label_files.LabelFileDoor.as_view()),
    path("label-proposals/<uuid:proposal_id>", label_files.ProposalDoor.as_view()),
    path("datasets/<uuid:dataset_id>/label-proposals/accept", label_files.Accept.as_view()),
    path("datasets/<uuid:dataset_id>/label-proposals/discard", label_files.Discard.as_view()),
    path("datasets/<uuid:dataset_id>/ome-zarr.zip", exports.OmeZarr.as_view(), name="ome_zarr"),
    path("datasets/<uuid:dataset_id>/ome-tiff.zip", exports.OmeTiff.as_view(), name="ome_tiff"),
    path("datasets/<uuid:dataset_id>/reports", reports.Reports.as_view()),
    path("reports/<uuid:report_id>", reports.ReportDoor.as_view()),
    path("reports/<uuid:report_id>/files/<path:name>", reports.ReportFileDoor.as_view()),
    path("projects/<uuid:project_id>/audit/verify", verify.AuditVerify.as_view()),
]
