"""The classes of cells of a project."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    inline_serializer,
)
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotations.actions.classes import change_class, create_class, remove_class
from annotations.models.cell_class import ClassColor
from annotations.queries.classes import classes_of, describe_class
from webapp.api.answers import REFUSALS, Refusal, answers
from webapp.api.requests import actor_of, sent
from webapp.queries.projects import project_for


class ClassAnswer(serializers.Serializer[Any]):
    """A kind of cell. One that was removed is kept for the cells that have it."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    color = serializers.ChoiceField(choices=ClassColor.choices)
    key = serializers.CharField()
    is_removed = serializers.BooleanField()


class NewClass(serializers.Serializer[Any]):
    """A color and a key that are left out are the first free ones."""

    name = serializers.CharField()
    color = serializers.ChoiceField(choices=ClassColor.choices, required=False)
    key = serializers.CharField(required=False)


class ClassChange(serializers.Serializer[Any]):
    """What may change."""

    name = serializers.CharField(required=False)
    color = serializers.ChoiceField(choices=ClassColor.choices, required=False)
    key = serializers.CharField(required=False)


class ClassInUseAnswer(Refusal):
    """How many cells have the class."""

    n_cells = serializers.IntegerField()
    n_images = serializers.IntegerField()


class Classes(APIView):
    """The classes of a project; without any, everything is just a cell."""

    @extend_schema(
        responses=answers(inline_serializer("ClassesAnswer", {"classes": ClassAnswer(many=True)}))
    )
    def get(self, request: Request, project_id: UUID) -> Response:
        """Those that can be given to cells."""
        project = project_for(actor_of(request), project_id)
        return Response({"classes": [describe_class(row) for row in classes_of(project)]})

    @extend_schema(request=NewClass, responses=answers(ClassAnswer, status=201))
    def post(self, request: Request, project_id: UUID) -> Response:
        """Make one; for a manager."""
        fields = sent(request, NewClass)
        made = create_class(actor=actor_of(request), project_id=project_id, **fields)
        return Response(describe_class(made), status=201)


class ClassDoor(APIView):
    """One class."""

    @extend_schema(request=ClassChange, responses=answers(ClassAnswer))
    def patch(self, request: Request, class_id: UUID) -> Response:
        """Give it another name, color or key; for a manager. Cells keep their class."""
        fields = sent(request, ClassChange)
        changed = change_class(actor=actor_of(request), class_id=class_id, **fields)
        return Response(describe_class(changed))

    @extend_schema(
        parameters=[
            OpenApiParameter(
                "even_if_used",
                OpenApiTypes.BOOL,
                description="Remove it although cells have it; they keep it.",
            )
        ],
        responses={
            **answers(None, status=204),
            409: OpenApiResponse(ClassInUseAnswer, "Cells have this class."),
            **REFUSALS,
        },
    )
    def delete(self, request: Request, class_id: UUID) -> Response:
        """Nobody can give it to cells any more; for a manager."""
        is_meant = request.query_params.get("even_if_used") == "true"
        remove_class(actor=actor_of(request), class_id=class_id, even_if_used=is_meant)
        return Response(status=204)
