"""Datasets: list, create, look at, change; and the images in one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from webapp.actions.datasets import change_dataset, create_dataset
from webapp.actions.trash import delete_dataset
from webapp.api.answers import answers
from webapp.api.projects import Progress
from webapp.api.requests import actor_of, sent
from webapp.models import Dataset, Image
from webapp.queries.finding import find_images
from webapp.queries.images import images_of
from webapp.queries.projects import dataset_for, datasets_of, progress_of, project_for
from webapp.queries.quality import limits_of


class DatasetAnswer(serializers.ModelSerializer[Dataset]):
    """A dataset and how far its images are."""

    progress = serializers.SerializerMethodField()

    class Meta:
        model = Dataset
        fields = ["id", "project", "name", "description", "created_at", "progress"]

    @extend_schema_field(Progress)
    def get_progress(self, dataset: Dataset) -> dict[str, int]:
        """The four counts of the progress bar."""
        return progress_of(images_of(dataset))


class NewDataset(serializers.Serializer[Any]):
    """What a dataset starts with."""

    name = serializers.CharField()
    description = serializers.CharField(required=False, allow_blank=True, default="")


class DatasetChange(serializers.Serializer[Any]):
    """What may change."""

    name = serializers.CharField(required=False)
    description = serializers.CharField(required=False, allow_blank=True)


class ImageCard(serializers.ModelSerializer[Image]):
    """An image in a list."""

    thumbnail_url = serializers.SerializerMethodField()

    class Meta:
        model = Image
        fields = [
            "id",
            "name",
            "file_name",
            "state",
            "n_cells",
            "n_frames",
            "n_channels",
            "n_slices",
            "height",
            "width",
            "dtype",
            "created_at",
            "thumbnail_url",
        ]

    def get_thumbnail_url(self, image: Image) -> str:
        """A small picture with the outlines of its cells."""
        return f"/api/images/{image.pk}/thumbnail"


class Datasets(ListAPIView[Dataset]):
    """The datasets of a project."""

    serializer_class = DatasetAnswer

    def get_queryset(self) -> QuerySet[Dataset]:
        """The oldest first."""
        return datasets_of(project_for(actor_of(self.request), self.kwargs["project_id"]))

    @extend_schema(request=NewDataset, responses=answers(DatasetAnswer, status=201))
    def post(self, request: Request, project_id: UUID) -> Response:
        """Create an empty dataset."""
        dataset = create_dataset(
            actor=actor_of(request), project_id=project_id, **sent(request, NewDataset)
        )
        return Response(DatasetAnswer(dataset).data, status=201)


class DatasetDoor(APIView):
    """One dataset."""

    @extend_schema(responses=answers(DatasetAnswer))
    def get(self, request: Request, dataset_id: UUID) -> Response:
        """Look at it."""
        return Response(DatasetAnswer(dataset_for(actor_of(request), dataset_id)).data)

    @extend_schema(request=DatasetChange, responses=answers(DatasetAnswer))
    def patch(self, request: Request, dataset_id: UUID) -> Response:
        """Rename or describe it."""
        changes = sent(request, DatasetChange)
        dataset = change_dataset(actor=actor_of(request), dataset_id=dataset_id, **changes)
        return Response(DatasetAnswer(dataset).data)

    @extend_schema(responses=answers(None, status=204))
    def delete(self, request: Request, dataset_id: UUID) -> Response:
        """Into the trash for 30 days, with its images as they are."""
        delete_dataset(actor=actor_of(request), dataset_id=dataset_id)
        return Response(status=204)


@extend_schema(
    parameters=[
        OpenApiParameter("state", OpenApiTypes.STR, description="Only images in this state."),
        OpenApiParameter("name", OpenApiTypes.STR, description="Only names that contain this."),
        OpenApiParameter(
            "q", OpenApiTypes.STR, description="Words and conditions, as in a search: `well:B02`."
        ),
    ]
)
class DatasetImages(ListAPIView[Image]):
    """The images of a dataset, by name."""

    serializer_class = ImageCard

    def get_queryset(self) -> QuerySet[Image]:
        """Filtered by state, a part of the name, and conditions."""
        dataset = dataset_for(actor_of(self.request), self.kwargs["dataset_id"])
        rows = images_of(dataset)
        query = self.request.query_params
        if state := query.get("state"):
            rows = rows.filter(state=state)
        if name := query.get("name"):
            rows = rows.filter(name__icontains=name.replace("\0", ""))
        if text := query.get("q"):
            rows = find_images(rows, text, limits_of(dataset.project))
        return rows
