"""Addresses of the experts' pages."""

from __future__ import annotations

from django.urls import path

from annotations.views import definitions, reports, review, viewer

urlpatterns = [
    path("images/<uuid:image_id>", viewer.viewer, name="viewer"),
    path("definitions", definitions.definitions, name="definitions"),
    path("review", review.review, name="review"),
    path("datasets/<uuid:dataset_id>/report", reports.dataset_report, name="dataset_report"),
    path("reports/<uuid:report_id>", reports.report, name="report"),
]
