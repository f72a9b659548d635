"""Shapes of answers that many doors share, for the OpenAPI description."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers


class Refusal(serializers.Serializer[Any]):
    """Every answer that is not a success."""

    detail = serializers.CharField(help_text="One sentence for a person.")
    code = serializers.CharField(help_text="One word for a program.")


REFUSALS: dict[int | str, Any] = {
    400: OpenApiResponse(Refusal, "It cannot be done as asked; the sentence says why."),
    403: OpenApiResponse(Refusal, "A member without the right to do this."),
    404: OpenApiResponse(Refusal, "Nothing is here for whoever asks."),
}
CONFLICT: dict[int | str, Any] = {
    409: OpenApiResponse(Refusal, "It does not fit what is there now."),
}
FILE: dict[int | str, Any] = {200: OpenApiTypes.BINARY}


def answers(success: Any, *, status: int = 200, conflict: bool = False) -> dict[int | str, Any]:
    """The answers of a door: its success and the refusals that any door may give."""
    return {status: success, **REFUSALS, **(CONFLICT if conflict else {})}
