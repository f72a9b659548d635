"""Addresses of the machine's pages."""

from __future__ import annotations

from django.urls import path

from segmentation.views import illumination, models, prepared, runs

urlpatterns = [
    path("datasets/<uuid:dataset_id>/run", runs.dataset_run, name="dataset_run"),
    path("datasets/<uuid:dataset_id>/choose", runs.choose_images, name="choose_images"),
    path("images/<uuid:image_id>/prepared.png", prepared.prepared_picture, name="prepared_picture"),
    path("images/<uuid:image_id>/light.png", illumination.image_light, name="image_light"),
    path(
        "illuminations/<uuid:illumination_id>.png",
        illumination.illumination_picture,
        name="illumination_picture",
    ),
    path("runs/<uuid:run_id>", runs.run, name="run"),
    path("runs/<uuid:run_id>/cancel", runs.run_cancel, name="run_cancel"),
    path("runs/<uuid:run_id>/retry", runs.run_retry, name="run_retry"),
    path("models", models.models, name="models"),
]
