"""Whoever asks: her name, and her keys for scripts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from webapp.actions.tokens import create_token, revoke_token
from webapp.api.account_kinds import IsPerson
from webapp.api.answers import answers
from webapp.api.requests import actor_of, sent
from webapp.models import ApiToken, User
from webapp.models.token import TokenScope
from webapp.queries.people import tokens_of


class Person(serializers.ModelSerializer[User]):
    """A person as the pages show her."""

    color = serializers.CharField(read_only=True)
    initials = serializers.CharField(read_only=True)

    class Meta:
        model = User
        fields = ["id", "name", "email", "color", "initials"]


class TokenAnswer(serializers.ModelSerializer[ApiToken]):
    """A key, without its secret."""

    class Meta:
        model = ApiToken
        fields = ["id", "name", "scope", "project", "created_at", "last_used_at", "revoked_at"]


class NewTokenAnswer(TokenAnswer):
    """A new key with its secret, told this once."""

    secret = serializers.SerializerMethodField()

    class Meta(TokenAnswer.Meta):
        fields = [*TokenAnswer.Meta.fields, "secret"]

    def get_secret(self, token: ApiToken) -> str:
        """What goes behind `Authorization: Bearer`."""
        return str(self.context["secret"])


class NewToken(serializers.Serializer[Any]):
    """What a key is for."""

    name = serializers.CharField(max_length=100)
    scope = serializers.ChoiceField(choices=TokenScope.choices, default=TokenScope.READ)
    project_id = serializers.UUIDField(required=False, allow_null=True, default=None)


class Me(APIView):
    """Whoever asks."""

    @extend_schema(responses=answers(Person))
    def get(self, request: Request) -> Response:
        """Name and color."""
        return Response(Person(actor_of(request)).data)


class Tokens(ListAPIView[ApiToken]):
    """The keys of whoever asks."""

    serializer_class = TokenAnswer
    permission_classes = [IsPerson]

    def get_queryset(self) -> QuerySet[ApiToken]:
        """The newest first."""
        return tokens_of(actor_of(self.request))

    @extend_schema(request=NewToken, responses=answers(NewTokenAnswer, status=201))
    def post(self, request: Request) -> Response:
        """Make a key; the answer holds its secret, this once."""
        token, secret = create_token(actor=actor_of(request), **sent(request, NewToken))
        return Response(NewTokenAnswer(token, context={"secret": secret}).data, status=201)


class TokenDoor(APIView):
    """One key."""

    permission_classes = [IsPerson]

    @extend_schema(responses=answers(None, status=204))
    def delete(self, request: Request, token_id: UUID) -> Response:
        """It stops working at once."""
        revoke_token(actor=actor_of(request), token_id=token_id)
        return Response(status=204)
