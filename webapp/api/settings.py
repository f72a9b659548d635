"""What a person has set for herself, for her own pages only."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from webapp.actions.settings import forget_setting, keep_setting
from webapp.api.answers import answers
from webapp.api.requests import actor_of, sent
from webapp.queries.settings import settings_of


class SettingsAnswer(serializers.Serializer[Any]):
    """Every setting of whoever asks, by its name."""

    settings = serializers.DictField(child=serializers.JSONField(allow_null=True))


class NewSetting(serializers.Serializer[Any]):
    """The value of one setting: any JSON up to 32 KB."""

    value = serializers.JSONField(allow_null=True)


class Settings(APIView):
    """All settings of whoever asks."""

    @extend_schema(responses=answers(SettingsAnswer))
    def get(self, request: Request) -> Response:
        """Nobody else ever sees them."""
        return Response({"settings": settings_of(actor_of(request))})


class SettingDoor(APIView):
    """One setting of whoever asks."""

    @extend_schema(request=NewSetting, responses=answers(None, status=204))
    def put(self, request: Request, name: str) -> Response:
        """Keep a value under this name."""
        keep_setting(actor=actor_of(request), name=name, value=sent(request, NewSetting)["value"])
        return Response(status=204)

    @extend_schema(responses=answers(None, status=204))
    def delete(self, request: Request, name: str) -> Response:
        """Forget it."""
        forget_setting(actor=actor_of(request), name=name)
        return Response(status=204)
