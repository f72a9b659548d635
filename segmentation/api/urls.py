"""Addresses of the machine's doors, under `api/`."""

from __future__ import annotations

from django.urls import path

from segmentation.api import illumination, methods, prompts, runs, segmentations

urlpatterns = [
    path("methods", methods.Methods.as_view()),
    path("datasets/<uuid:dataset_id>/estimate", runs.RunEstimate.as_view()),
    path("datasets/<uuid:dataset_id>/runs", runs.Runs.as_view()),
    path("runs/<uuid:run_id>", runs.RunDoor.as_view()),
    path("runs/<uuid:run_id>/jobs", runs.RunJobs.as_view()),
    path("runs/<uuid:run_id>/cancel", runs.RunCancel.as_view()),
    path("runs/<uuid:run_id>/retry", runs.RunRetry.as_view()),
    path("images/<uuid:image_id>/light", illumination.ImageLight.as_view()),
    path("images/<uuid:image_id>/prompts", prompts.Prompts.as_view()),
    path("images/<uuid:image_id>/segmentations", segmentations.ImageSegmentations.as_view()),
    path("segmentations/<uuid:segmentation_id>", segmentations.SegmentationDoor.as_view()),
    path("segmentations/<uuid:segmentation_id>/labels", segmentations.SegmentationLabels.as_view()),
]
