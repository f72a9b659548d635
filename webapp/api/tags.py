"""Tags of a project, and putting them on images."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from webapp.actions.tags import tag_images
from webapp.api.answers import answers
from webapp.api.requests import actor_of, sent
from webapp.queries.projects import project_for
from webapp.queries.tags import tags_of


class TagAnswer(serializers.Serializer[Any]):
    """A tag and how many images have it."""

    name = serializers.CharField()
    n_images = serializers.IntegerField()


class Tagging(serializers.Serializer[Any]):
    """Tags to put on images and to take off."""

    images = serializers.ListField(child=serializers.UUIDField(), allow_empty=False)
    add = serializers.ListField(child=serializers.CharField(), required=False, default=list)
    remove = serializers.ListField(child=serializers.CharField(), required=False, default=list)


class Tagged(serializers.Serializer[Any]):
    """How many images changed."""

    n_images = serializers.IntegerField()


class Tags(APIView):
    """The tags of a project."""

    @extend_schema(responses=answers(TagAnswer(many=True)))
    def get(self, request: Request, project_id: UUID) -> Response:
        """By name."""
        project = project_for(actor_of(request), project_id)
        rows = [{"name": tag.name, "n_images": tag.n_images} for tag in tags_of(project)]
        return Response(rows)

    @extend_schema(request=Tagging, responses=answers(Tagged))
    def post(self, request: Request, project_id: UUID) -> Response:
        """Put tags on images and take others off; all or none."""
        wanted = sent(request, Tagging)
        n_images = tag_images(
            actor=actor_of(request),
            project_id=project_id,
            image_ids=wanted["images"],
            add=wanted["add"],
            remove=wanted["remove"],
        )
        return Response({"n_images": n_images})
