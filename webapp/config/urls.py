"""Every address: the API under api/, the pages, the account pages."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("api/", include("webapp.api.urls")),
    path("api/", include("segmentation.api.urls")),
    path("api/", include("annotations.api.urls")),
    path("", include("webapp.views.urls")),
    path("", include("segmentation.views.urls")),
    path("", include("annotations.views.urls")),
]

handler404 = "webapp.api.not_here.not_here"
