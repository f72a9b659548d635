"""Addresses of the experts' pages."""

from __future__ import annotations

from django.urls import path

from annotations.views import classes, definitions, reports, review, viewer

urlpatterns = [
    path("images/<uuid:image_id>", viewer.viewer, name="viewer"),
    path("definitions", definitions.definitions, name="definitions"),
    path("review", review.review, name="review"),
    path("projects/<uuid:project_id>/classes", classes.classes, name="classes"),
    path("projects/<uuid:project_id>/classes/new", classes.new_class, name="new_class"),
    path("classes/<uuid:class_id>/edit", classes.edit_class, name="edit_class"),
    path("classes/<uuid:class_id>/remove", classes.end_class, name="end_class"),
    path("datasets/<uuid:dataset_id>/report", reports.dataset_report, name="dataset_report"),
    path("reports/<uuid:report_id>", reports.report, name="report"),
]
