"""An image as the viewer needs it: with its annotation, and as a small picture with outlines."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import FileResponse, Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotations.actions.start import start_annotation
from annotations.actions.thumbnail import outlined_thumbnail
from annotations.api.annotation_answer import AnnotationAnswer
from annotations.queries.annotations import (
    annotation_for,
    current_annotation_of,
    describe_annotation,
)
from webapp.api.answers import answers
from webapp.api.image_answer import ImageAnswer, describe_image
from webapp.api.images import ImageChangeDoor
from webapp.api.requests import actor_of
from webapp.queries.images import image_for
from webapp.storage.derived import image_folder


class AnnotatedImageAnswer(ImageAnswer):
    """One image and the annotation that people work on now."""

    annotation = serializers.UUIDField(allow_null=True)


class ImageDoor(ImageChangeDoor):
    """One image."""

    @extend_schema(responses=answers(AnnotatedImageAnswer))
    def get(self, request: Request, image_id: UUID) -> Response:
        """All that the viewer needs to draw it."""
        image = image_for(actor_of(request), image_id)
        current = current_annotation_of(image)
        content: dict[str, Any] = describe_image(image)
        return Response({**content, "annotation": str(current.pk) if current else None})


class ImageAnnotation(APIView):
    """The annotation of an image."""

    @extend_schema(request=None, responses=answers(AnnotationAnswer))
    def post(self, request: Request, image_id: UUID) -> Response:
        """The current one, made empty when there is none."""
        actor = actor_of(request)
        started = start_annotation(actor=actor, image_id=image_id)
        return Response(describe_annotation(actor, annotation_for(actor, started.pk)))


class ImageThumbnail(APIView):
    """A small picture."""

    @extend_schema(responses=answers(OpenApiTypes.BINARY))
    def get(self, request: Request, image_id: UUID) -> FileResponse | Response:
        """The image with the outlines of its cells, at most 320 pixels wide or high."""
        image = image_for(actor_of(request), image_id)
        current = current_annotation_of(image)
        plain = image_folder(image.pk) / "thumbnail.webp"
        if not plain.is_file():
            raise Http404("The small picture of this image is being made.")
        etag = f'"{current.pk}-{current.version}"' if current else f'"{image.blob_id}"'
        if request.headers.get("If-None-Match") == etag:
            return Response(status=304, headers={"ETag": etag})
        path = outlined_thumbnail(current) if current else plain
        answer = FileResponse(path.open("rb"), content_type="image/webp")
        answer["ETag"] = etag
        answer["Cache-Control"] = "private, no-cache"
        return answer
