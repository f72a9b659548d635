"""Search over everything that a person belongs to."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from webapp.api.answers import answers
from webapp.api.requests import actor_of
from webapp.models import Dataset, Image, Project
from webapp.queries.search import search

N_IMAGES = 8
MOST_IMAGES = 200


class FoundPlace(serializers.Serializer[Any]):
    """A project or a dataset."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    inside = serializers.CharField(help_text="The project of a dataset.")
    url = serializers.CharField()


class FoundImage(serializers.Serializer[Any]):
    """An image."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    inside = serializers.CharField(help_text="Its project and dataset.")
    state = serializers.CharField()
    url = serializers.CharField()
    thumbnail_url = serializers.CharField()


class FoundAnswer(serializers.Serializer[Any]):
    """What fits."""

    projects = FoundPlace(many=True)
    datasets = FoundPlace(many=True)
    images = FoundImage(many=True)
    has_more = serializers.BooleanField(help_text="More images fit than these.")


class Asked(serializers.Serializer[Any]):
    """What is looked for."""

    q = serializers.CharField(allow_blank=True, max_length=500)
    project = serializers.UUIDField(required=False, allow_null=True, default=None)
    limit = serializers.IntegerField(default=N_IMAGES, min_value=1, max_value=MOST_IMAGES)


class Search(APIView):
    """Search."""

    @extend_schema(
        parameters=[
            OpenApiParameter("q", OpenApiTypes.STR, description="Words, and such as `well:B02`."),
            OpenApiParameter("project", OpenApiTypes.UUID, description="Only in this project."),
            OpenApiParameter("limit", OpenApiTypes.INT, description="How many images at most."),
        ],
        responses=answers(FoundAnswer),
    )
    def get(self, request: Request) -> Response:
        """Projects and datasets by name, images by name and by conditions, by name in order."""
        asked = Asked(data={"q": "", **request.query_params.dict()})
        asked.is_valid(raise_exception=True)
        wanted = asked.validated_data
        found = search(
            actor_of(request), wanted["q"], project_id=wanted["project"], limit=wanted["limit"]
        )
        answer = {
            "projects": [_describe_project(one) for one in found.projects],
            "datasets": [_describe_dataset(one) for one in found.datasets],
            "images": [_describe_image(one) for one in found.images],
            "has_more": found.has_more,
        }
        return Response(answer)


def _describe_project(project: Project) -> dict[str, str]:
    return {
        "id": str(project.pk),
        "name": project.name,
        "inside": "",
        "url": f"/projects/{project.pk}",
    }


def _describe_dataset(dataset: Dataset) -> dict[str, str]:
    return {
        "id": str(dataset.pk),
        "name": dataset.name,
        "inside": dataset.project.name,
        "url": f"/datasets/{dataset.pk}",
    }


def _describe_image(image: Image) -> dict[str, str]:
    return {
        "id": str(image.pk),
        "name": image.name,
        "inside": f"{image.dataset.project.name} / {image.dataset.name}",
        "state": image.state,
        "url": f"/images/{image.pk}",
        "thumbnail_url": f"/api/images/{image.pk}/thumbnail",
    }
