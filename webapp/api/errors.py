"""Every refusal is `{"detail": sentence, "code": word}` with the status that fits."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.exceptions import ValidationError as DjangoValidationError
from django.http import Http404
from rest_framework import exceptions, status
from rest_framework.response import Response

from webapp.states import Refused
from webapp.storage.blobs import StorageFull

NOT_HERE = "Nothing is here for you."
NOT_ALLOWED = "Your role in this project does not allow this."
FULL = "The server's disk is full. Nothing was lost; try again once there is room."


def answer_error(error: Exception, _: dict[str, Any]) -> Response | None:
    """The answer for what an action or query raised; None lets an unknown error be a 500."""
    if isinstance(error, Refused):
        return _answer(error.status, str(error), error.code, **error.facts())
    if isinstance(error, Http404):
        return _answer(404, _sentence(error, NOT_HERE), "not_found")
    if isinstance(error, PermissionDenied):
        return _answer(403, _sentence(error, NOT_ALLOWED), "forbidden")
    if isinstance(error, StorageFull):
        return _answer(status.HTTP_507_INSUFFICIENT_STORAGE, FULL, "storage_full")
    if isinstance(error, DjangoValidationError):
        return _answer(400, " ".join(error.messages), "invalid")
    if isinstance(error, exceptions.ValidationError):
        return _answer(400, _first_sentence(error.detail), "invalid", fields=error.detail)
    if isinstance(error, exceptions.APIException):
        return _answer_framework(error)
    return None


def _answer_framework(error: exceptions.APIException) -> Response:
    codes = error.get_codes()
    answer = _answer(error.status_code, str(error.detail), str(codes))
    header = getattr(error, "auth_header", None)
    if header:
        answer["WWW-Authenticate"] = header
    wait = getattr(error, "wait", None)
    if wait:
        answer["Retry-After"] = str(int(wait))
    return answer


def _answer(status_code: int, sentence: str, code: str, **facts: Any) -> Response:
    return Response({"detail": sentence, "code": code, **facts}, status=status_code)


def _sentence(error: Exception, otherwise: str) -> str:
    words = str(error)
    return words if words and not words.startswith("No ") else otherwise


def _first_sentence(detail: Any, path: str = "") -> str:
    """`patches.0.t: A valid integer is required.` from the nested structure of a serializer."""
    if isinstance(detail, dict):
        name, inner = next(iter(detail.items()))
        if name in ("non_field_errors", exceptions.ValidationError.default_code):
            return _first_sentence(inner, path)
        return _first_sentence(inner, f"{path}.{name}" if path else str(name))
    if isinstance(detail, list):
        place = next((index for index, item in enumerate(detail) if item), 0)
        item = detail[place]
        nested = isinstance(item, dict | list)
        return _first_sentence(item, f"{path}.{place}" if nested else path)
    return f"{path}: {detail}" if path else str(detail)
