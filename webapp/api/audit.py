"""The milestones of a project."""

from __future__ import annotations

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView

from webapp.api.requests import actor_of
from webapp.models import AuditEvent
from webapp.queries.audit import events_of
from webapp.queries.projects import project_for


class AuditRow(serializers.ModelSerializer[AuditEvent]):
    """One milestone with the hashes that chain it to the one before."""

    class Meta:
        model = AuditEvent
        fields = [
            "sequence",
            "verb",
            "actor_id",
            "actor_name",
            "subject_kind",
            "subject_id",
            "subject_name",
            "detail",
            "created_at",
            "prev_hash",
            "hash",
        ]


@extend_schema(
    parameters=[
        OpenApiParameter("verb", OpenApiTypes.STR, description="Only this verb."),
        OpenApiParameter("actor", OpenApiTypes.STR, description="Only what this person did."),
        OpenApiParameter("text", OpenApiTypes.STR, description="Words in the subject's name."),
    ]
)
class Audit(ListAPIView[AuditEvent]):
    """The milestones of a project."""

    serializer_class = AuditRow

    def get_queryset(self) -> QuerySet[AuditEvent]:
        """The newest first, filtered."""
        query = self.request.query_params
        return events_of(
            project_for(actor_of(self.request), self.kwargs["project_id"]),
            verb=query.get("verb", ""),
            actor_id=query.get("actor", ""),
            text=query.get("text", "").replace("\0", ""),
        )
