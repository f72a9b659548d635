"""What a project takes of the disk, and its quota."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from webapp.actions.storage import change_quota
from webapp.api.answers import answers
from webapp.api.requests import actor_of, sent
from webapp.queries.projects import project_for
from webapp.queries.storage import use_of


class DatasetUseAnswer(serializers.Serializer[Any]):
    """Bytes of one dataset."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    originals = serializers.IntegerField()
    results = serializers.IntegerField()
    reports = serializers.IntegerField()
    derived = serializers.IntegerField(help_text="Can be made again at any time.")


class StorageAnswer(serializers.Serializer[Any]):
    """Bytes of a project; those that several images share are counted once."""

    used = serializers.IntegerField(help_text="What counts for the quota.")
    quota = serializers.IntegerField(allow_null=True, help_text="Null is no quota.")
    on_the_way = serializers.IntegerField(help_text="What files being sent or read will add.")
    in_trash = serializers.IntegerField(help_text="Originals in the trash; part of what is used.")
    datasets = DatasetUseAnswer(many=True)


class Quota(serializers.Serializer[Any]):
    """How much a project may keep."""

    quota = serializers.IntegerField(allow_null=True, help_text="In bytes; null is no quota.")


class Storage(APIView):
    """What a project takes of the disk."""

    @extend_schema(responses=answers(StorageAnswer))
    def get(self, request: Request, project_id: UUID) -> Response:
        """In bytes, by dataset."""
        project = project_for(actor_of(request), project_id)
        use = use_of(project)
        answer = {
            "used": use.n_bytes,
            "quota": project.quota_bytes,
            "on_the_way": use.on_the_way,
            "in_trash": use.in_trash,
            "datasets": [
                {
                    "id": str(row.dataset.pk),
                    "name": row.dataset.name,
                    "originals": row.originals,
                    "results": row.results,
                    "reports": row.reports,
                    "derived": row.derived,
                }
                for row in use.datasets
            ],
        }
        return Response(answer)

    @extend_schema(request=Quota, responses=answers(Quota))
    def put(self, request: Request, project_id: UUID) -> Response:
        """Set the quota; for the owner of the installation."""
        project = change_quota(
            actor=actor_of(request),
            project_id=project_id,
            quota_bytes=sent(request, Quota)["quota"],
        )
        return Response({"quota": project.quota_bytes})
