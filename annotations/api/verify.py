"""Does the history of a project hold?"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotations.queries.project_check import check_project
from webapp.api.answers import answers
from webapp.api.requests import actor_of
from webapp.queries.projects import project_for


class VerifyAnswer(serializers.Serializer[Any]):
    """Every chain recomputed from its rows."""

    holds = serializers.BooleanField()
    head = serializers.CharField(allow_blank=True, help_text="hash of the newest milestone")
    n_events = serializers.IntegerField()
    n_annotations = serializers.IntegerField()
    n_edits = serializers.IntegerField()
    broken = serializers.ListField(child=serializers.CharField(), help_text="where, and why")


class AuditVerify(APIView):
    """Recompute the chains of a project."""

    @extend_schema(responses=answers(VerifyAnswer))
    def get(self, request: Request, project_id: UUID) -> Response:
        """The milestones, and the edits of every annotation; names each first broken row."""
        return Response(check_project(project_for(actor_of(request), project_id)))
