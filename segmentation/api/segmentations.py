"""Segmentations: what was found, what made it, and the label image itself."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.http import FileResponse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from segmentation.models import Segmentation
from segmentation.queries.segmentations import segmentation_for, segmentations_of
from webapp.api.answers import FILE, answers
from webapp.api.files import attachment
from webapp.api.requests import actor_of
from webapp.permissions import Action, require
from webapp.queries.images import image_for
from webapp.storage.blobs import blob_path


class SegmentationAnswer(serializers.ModelSerializer[Segmentation]):
    """A result with the manifest that says how it came about."""

    model = serializers.CharField(
        source="made_by", help_text="The name of the model, or of the file that was imported."
    )
    requested_by = serializers.CharField(source="requested_by.name")
    manifest = serializers.DictField()
    warnings = serializers.ListField(child=serializers.CharField())
    labels_url = serializers.SerializerMethodField()

    class Meta:
        model = Segmentation
        fields = [
            "id",
            "image",
            "method",
            "model",
            "fingerprint",
            "digest",
            "n_objects",
            "diameter_px",
            "mean_confidence",
            "warnings",
            "manifest",
            "requested_by",
            "started_at",
            "created_at",
            "labels_url",
        ]

    def get_labels_url(self, segmentation: Segmentation) -> str:
        """Where the label image is."""
        return f"/api/segmentations/{segmentation.pk}/labels"


class ImageSegmentations(ListAPIView[Segmentation]):
    """The results for an image."""

    serializer_class = SegmentationAnswer

    def get_queryset(self) -> QuerySet[Segmentation]:
        """The newest first."""
        return segmentations_of(image_for(actor_of(self.request), self.kwargs["image_id"]))


class SegmentationDoor(APIView):
    """One result."""

    @extend_schema(responses=answers(SegmentationAnswer))
    def get(self, request: Request, segmentation_id: UUID) -> Response:
        """What was found and what made it."""
        return Response(
            SegmentationAnswer(segmentation_for(actor_of(request), segmentation_id)).data
        )


class SegmentationLabels(APIView):
    """The label image of a result."""

    @extend_schema(responses=answers(FILE[200]))
    def get(self, request: Request, segmentation_id: UUID) -> FileResponse:
        """gzip of a NumPy file: uint32, axes T, Z, Y, X, 0 is background."""
        actor = actor_of(request)
        segmentation = segmentation_for(actor, segmentation_id)
        require(actor, Action.DOWNLOAD, segmentation.image.dataset.project)
        return attachment(
            blob_path(segmentation.labels_id),
            f"{segmentation.image.name}_labels.npy.gz",
            content_type="application/gzip",
            etag=segmentation.labels_id,
        )
