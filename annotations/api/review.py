"""Submit, approve, send back, reopen."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotations.actions.review import approve, reopen, send_back, submit_for_review
from annotations.api.annotation_answer import AnnotationAnswer
from annotations.queries.annotations import annotation_for, describe_annotation
from webapp.api.answers import answers
from webapp.api.requests import actor_of, sent


class SeenVersion(serializers.Serializer[Any]):
    """The version that the reviewer looked at."""

    version = serializers.IntegerField(min_value=0)


class WithComment(serializers.Serializer[Any]):
    """What should be changed."""

    comment = serializers.CharField(allow_blank=True, max_length=5000)


class WithReason(serializers.Serializer[Any]):
    """Why."""

    reason = serializers.CharField(allow_blank=True, max_length=5000)


def _answer(request: Request, annotation_id: UUID) -> Response:
    actor = actor_of(request)
    return Response(describe_annotation(actor, annotation_for(actor, annotation_id)))


class Submit(APIView):
    """Into the review queue."""

    @extend_schema(request=None, responses=answers(AnnotationAnswer, conflict=True))
    def post(self, request: Request, annotation_id: UUID) -> Response:
        """Freeze the current version for review."""
        submit_for_review(actor=actor_of(request), annotation_id=annotation_id)
        return _answer(request, annotation_id)


class Approve(APIView):
    """Vouch for it."""

    @extend_schema(request=SeenVersion, responses=answers(AnnotationAnswer, conflict=True))
    def post(self, request: Request, annotation_id: UUID) -> Response:
        """Pin version and digest; not by whoever made the last edit."""
        fields = sent(request, SeenVersion)
        approve(actor=actor_of(request), annotation_id=annotation_id, **fields)
        return _answer(request, annotation_id)


class SendBack(APIView):
    """Ask for changes."""

    @extend_schema(request=WithComment, responses=answers(AnnotationAnswer, conflict=True))
    def post(self, request: Request, annotation_id: UUID) -> Response:
        """With a comment that says which."""
        fields = sent(request, WithComment)
        send_back(actor=actor_of(request), annotation_id=annotation_id, **fields)
        return _answer(request, annotation_id)


class Reopen(APIView):
    """Change an approved one after all."""

    @extend_schema(request=WithReason, responses=answers(AnnotationAnswer, conflict=True))
    def post(self, request: Request, annotation_id: UUID) -> Response:
        """With a reason; the approval stays in the log, revoked."""
        fields = sent(request, WithReason)
        reopen(actor=actor_of(request), annotation_id=annotation_id, **fields)
        return _answer(request, annotation_id)
