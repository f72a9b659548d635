"""The methods that this server knows."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from segmentation.engine.methods.protocol import MethodInfo, Parameter
from segmentation.engine.registry import methods


class ChoiceAnswer(serializers.Serializer[Any]):
    """One value of a choice and the words for it."""

    value = serializers.CharField()
    title = serializers.CharField()


class ParameterAnswer(serializers.Serializer[Any]):
    """One parameter, as a form would show it."""

    name = serializers.CharField()
    title = serializers.CharField()
    kind = serializers.CharField()
    default = serializers.JSONField()
    minimum = serializers.FloatField(allow_null=True)
    maximum = serializers.FloatField(allow_null=True)
    choices = ChoiceAnswer(many=True)
    unit = serializers.CharField()
    help = serializers.CharField()


class MethodAnswer(serializers.Serializer[Any]):
    """One method; a reason when it cannot be used here."""

    name = serializers.CharField()
    title = serializers.CharField()
    description = serializers.CharField()
    licence = serializers.CharField()
    parameters = ParameterAnswer(many=True)
    unavailable_reason = serializers.CharField(allow_null=True)


class Methods(APIView):
    """The methods of this server."""

    @extend_schema(responses=MethodAnswer(many=True), operation_id="methods_list")
    def get(self, request: Request) -> Response:
        """Each with its parameters, their defaults and limits."""
        return Response([_describe(info) for info in methods()])


def _describe(info: MethodInfo) -> dict[str, Any]:
    return {
        "name": info.name,
        "title": info.title,
        "description": info.description,
        "licence": info.licence,
        "parameters": [_describe_parameter(parameter) for parameter in info.parameters],
        "unavailable_reason": info.unavailable_reason,
    }


def _describe_parameter(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "title": parameter.title,
        "kind": parameter.kind,
        "default": parameter.default,
        "minimum": parameter.minimum,
        "maximum": parameter.maximum,
        "choices": [{"value": choice.value, "title": choice.title} for choice in parameter.choices],
        "unit": parameter.unit,
        "help": parameter.help,
    }
