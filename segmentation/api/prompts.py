"""The door for clicks, strokes and boxes: what cell is meant?"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from segmentation.queries.prompts import ask
from webapp.api.answers import Refusal, answers
from webapp.api.requests import actor_of, sent

MOST_POINTS = 100
MOST_STROKE_POINTS = 1000


class Point(serializers.ListField):
    """[y, x] in pixels of the image."""

    child = serializers.FloatField()

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_length=2, max_length=2, **kwargs)


class Question(serializers.Serializer[Any]):
    """Points of one cell and points that are not, a stroke through one, or a box around cells."""

    t = serializers.IntegerField(min_value=0, default=0)
    z = serializers.IntegerField(min_value=0, default=0)
    added = serializers.ListField(child=Point(), max_length=MOST_POINTS, default=list)
    removed = serializers.ListField(child=Point(), max_length=MOST_POINTS, default=list)
    scribble = serializers.ListField(
        child=Point(),
        max_length=MOST_STROKE_POINTS,
        default=list,
        help_text="A stroke through one cell; what lies under it is joined.",
    )
    box = serializers.ListField(
        child=serializers.FloatField(),
        min_length=4,
        max_length=4,
        required=False,
        allow_null=True,
        default=None,
        help_text="[y0, x0, y1, x1] in pixels of the image.",
    )

    look = Point(
        required=False,
        allow_null=True,
        default=None,
        help_text="Where clicks are to be expected: finds no cell, makes them fast.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One of the three."""
        kinds = [attrs["added"] or attrs["scribble"], attrs["box"], attrs["look"]]
        if sum(map(bool, kinds)) != 1:
            raise serializers.ValidationError("Send either points of a cell or a box or a look.")
        return attrs


class PromptAnswer(serializers.Serializer[Any]):
    """The cells that were meant; none where the network sees nothing."""

    cells = serializers.ListField(
        child=serializers.ListField(
            child=serializers.ListField(child=serializers.IntegerField()),
            help_text="Rows [y, first x, end x] of one cell.",
        )
    )
    took_ms = serializers.FloatField(help_text="Time in the worker.")


class Prompts(APIView):
    """Clicks, strokes and boxes on an image."""

    @extend_schema(
        request=Question,
        responses=answers(PromptAnswer)
        | {503: OpenApiResponse(Refusal, "The worker for clicks does not answer.")},
    )
    def post(self, request: Request, image_id: UUID) -> Response:
        """Find the cell under the points and the stroke, or the cells in the box."""
        return Response(ask(actor_of(request), image_id, sent(request, Question)))
