"""The trash: what is in it, back out of it, and erased for good."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from webapp.actions.emptying import erase_from_trash, erase_project
from webapp.actions.trash import restore_dataset
from webapp.api.answers import answers
from webapp.api.datasets import DatasetAnswer
from webapp.api.requests import actor_of, sent
from webapp.permissions import Action, require
from webapp.queries.projects import project_for
from webapp.queries.trash import (
    ThrownAway,
    datasets_in_trash,
    describe_datasets,
    describe_images,
    images_in_trash,
)

N_ROWS = 1000


class TrashRow(serializers.Serializer[Any]):
    """A dataset or an image in the trash."""

    id = serializers.UUIDField()
    is_dataset = serializers.BooleanField(help_text="Else it is an image.")
    name = serializers.CharField()
    n_images = serializers.IntegerField()
    deleted_at = serializers.DateTimeField()
    deleted_by = serializers.CharField()
    kept = serializers.ListField(
        child=serializers.CharField(), help_text="Why it is not erased by itself."
    )
    erased_at = serializers.DateTimeField(
        allow_null=True, help_text="When it is erased by itself; null when it is not."
    )


class Erase(serializers.Serializer[Any]):
    """What to erase for good, and the name of the project, typed."""

    images = serializers.ListField(child=serializers.UUIDField(), required=False, default=list)
    datasets = serializers.ListField(child=serializers.UUIDField(), required=False, default=list)
    typed = serializers.CharField()


class EraseProject(serializers.Serializer[Any]):
    """The name of the project, typed."""

    typed = serializers.CharField()


class Trash(APIView):
    """The trash of a project."""

    @extend_schema(responses=answers(TrashRow(many=True)))
    def get(self, request: Request, project_id: UUID) -> Response:
        """Datasets first, then the images of datasets that are still there, the newest 1000."""
        actor = actor_of(request)
        project = project_for(actor, project_id)
        require(actor, Action.DELETE_IMAGES, project)
        images = images_in_trash(project).select_related("deleted_by")[:N_ROWS]
        rows = [*describe_datasets(datasets_in_trash(project)), *describe_images(images)]
        return Response([_describe(row) for row in rows])


class TrashErase(APIView):
    """Out of the trash for good."""

    @extend_schema(request=Erase, responses=answers(None, status=204, conflict=True))
    def post(self, request: Request, project_id: UUID) -> Response:
        """Erase images and datasets; for an owner. Audit events and edit logs stay."""
        wanted = sent(request, Erase)
        erase_from_trash(
            actor=actor_of(request),
            project_id=project_id,
            image_ids=wanted["images"],
            dataset_ids=wanted["datasets"],
            typed=wanted["typed"],
        )
        return Response(status=204)


class DatasetRestore(APIView):
    """Out of the trash."""

    @extend_schema(request=None, responses=answers(DatasetAnswer))
    def post(self, request: Request, dataset_id: UUID) -> Response:
        """Bring a dataset back with everything in it."""
        dataset = restore_dataset(actor=actor_of(request), dataset_id=dataset_id)
        return Response(DatasetAnswer(dataset).data)


class ProjectErase(APIView):
    """A project of the trash, for good."""

    @extend_schema(request=EraseProject, responses=answers(None, status=204, conflict=True))
    def post(self, request: Request, project_id: UUID) -> Response:
        """Erase it with everything in it; for an owner. Its audit events stay."""
        erase_project(actor=actor_of(request), project_id=project_id, **sent(request, EraseProject))
        return Response(status=204)


def _describe(row: ThrownAway) -> dict[str, Any]:
    subject = row.subject
    return {
        "id": str(subject.pk),
        "is_dataset": row.is_dataset,
        "name": subject.name,
        "n_images": row.n_images,
        "deleted_at": subject.deleted_at.isoformat() if subject.deleted_at else None,
        "deleted_by": str(subject.deleted_by or ""),
        "kept": list(row.kept),
        "erased_at": row.erased_at.isoformat() if row.erased_at else None,
    }
