"""An annotation, the cells it started with, and numbers for new ones."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotations.actions.base import base_objects
from annotations.actions.edit import LABEL_RANGE, reserve_labels
from annotations.api.annotation_answer import AnnotationAnswer
from annotations.queries.annotations import annotation_for, describe_annotation
from webapp.api.answers import answers
from webapp.api.requests import actor_of, sent

OBJECTS_ANSWER = inline_serializer(
    "ObjectsAnswer",
    {
        "objects": serializers.ListField(
            child=serializers.ListField(child=serializers.FloatField(allow_null=True)),
            help_text="label, t, z, y0, x0, y1, x1, area in pixels, confidence or null",
        )
    },
)


class Count(serializers.Serializer[Any]):
    """How many numbers."""

    count = serializers.IntegerField(min_value=1, max_value=LABEL_RANGE)


class AnnotationDoor(APIView):
    """One annotation."""

    @extend_schema(responses=answers(AnnotationAnswer))
    def get(self, request: Request, annotation_id: UUID) -> Response:
        """Its state, its version, and what whoever asks may do."""
        actor = actor_of(request)
        return Response(describe_annotation(actor, annotation_for(actor, annotation_id)))


class Objects(APIView):
    """The cells of version 0."""

    @extend_schema(responses=answers(OBJECTS_ANSWER))
    def get(self, request: Request, annotation_id: UUID) -> HttpResponse:
        """Each with its box, its area and the confidence of the method."""
        annotation = annotation_for(actor_of(request), annotation_id)
        return HttpResponse(base_objects(annotation), content_type="application/json")


class Labels(APIView):
    """Numbers for new cells."""

    @extend_schema(
        request=Count,
        responses=answers(
            inline_serializer(
                "LabelRange",
                {"start": serializers.IntegerField(), "stop": serializers.IntegerField()},
            )
        ),
    )
    def post(self, request: Request, annotation_id: UUID) -> Response:
        """A half-open range that nobody else gets."""
        start, stop = reserve_labels(
            actor=actor_of(request), annotation_id=annotation_id, **sent(request, Count)
        )
        return Response({"start": start, "stop": stop})
