"""Projects: list, create, look at, change, throw away, bring back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from webapp.actions.projects import (
    change_project,
    create_project,
    delete_project,
    restore_project,
)
from webapp.api.account_kinds import IsNotLimited
from webapp.api.answers import answers
from webapp.api.requests import actor_of, sent
from webapp.models import Image, Project, Role
from webapp.permissions import role_of
from webapp.queries.projects import progress_of, project_for, projects_of


class Progress(serializers.Serializer[Any]):
    """How many images stand where."""

    uploaded = serializers.IntegerField()
    segmented = serializers.IntegerField()
    corrected = serializers.IntegerField()
    approved = serializers.IntegerField()
    total = serializers.IntegerField()


class ProjectAnswer(serializers.ModelSerializer[Project]):
    """A project and the role of whoever asks."""

    role = serializers.SerializerMethodField()
    progress = serializers.SerializerMethodField()

    class Meta:
        model = Project
        fields = ["id", "name", "description", "is_demo", "created_at", "role", "progress"]

    @extend_schema_field(serializers.ChoiceField(choices=Role.choices))
    def get_role(self, project: Project) -> str:
        """The role of whoever asks."""
        return str(role_of(self.context["request"].user, project))

    @extend_schema_field(Progress)
    def get_progress(self, project: Project) -> dict[str, int]:
        """The four counts of the progress bar."""
        return progress_of(
            Image.objects.filter(
                dataset__project=project, deleted_at=None, dataset__deleted_at=None
            )
        )


class NewProject(serializers.Serializer[Any]):
    """What a project starts with."""

    name = serializers.CharField()
    description = serializers.CharField(required=False, allow_blank=True, default="")


class ProjectChange(serializers.Serializer[Any]):
    """What may change."""

    name = serializers.CharField(required=False)
    description = serializers.CharField(required=False, allow_blank=True)


class Projects(ListAPIView[Project]):
    """The projects of whoever asks."""

    serializer_class = ProjectAnswer

    def get_permissions(self) -> list[Any]:
        """A token of one project cannot make others."""
        return [IsNotLimited()] if self.request.method == "POST" else [IsAuthenticated()]

    def get_queryset(self) -> QuerySet[Project]:
        """Newest first, the demo project last."""
        return projects_of(actor_of(self.request))

    @extend_schema(request=NewProject, responses=answers(ProjectAnswer, status=201))
    def post(self, request: Request) -> Response:
        """Create a project; whoever creates it owns it."""
        project = create_project(actor=actor_of(request), **sent(request, NewProject))
        return Response(ProjectAnswer(project, context={"request": request}).data, status=201)


class ProjectDoor(APIView):
    """One project."""

    @extend_schema(responses=answers(ProjectAnswer))
    def get(self, request: Request, project_id: UUID) -> Response:
        """Look at it."""
        return self._answer(request, project_for(actor_of(request), project_id))

    @extend_schema(request=ProjectChange, responses=answers(ProjectAnswer))
    def patch(self, request: Request, project_id: UUID) -> Response:
        """Rename or describe it; for an owner."""
        changes = sent(request, ProjectChange)
        return self._answer(
            request, change_project(actor=actor_of(request), project_id=project_id, **changes)
        )

    @extend_schema(responses=answers(None, status=204))
    def delete(self, request: Request, project_id: UUID) -> Response:
        """Into the trash; for an owner."""
        delete_project(actor=actor_of(request), project_id=project_id)
        return Response(status=204)

    def _answer(self, request: Request, project: Project) -> Response:
        return Response(ProjectAnswer(project, context={"request": request}).data)


class ProjectRestore(APIView):
    """Out of the trash."""

    @extend_schema(request=None, responses=answers(ProjectAnswer))
    def post(self, request: Request, project_id: UUID) -> Response:
        """Bring a project back; for one of its owners."""
        project = restore_project(actor=actor_of(request), project_id=project_id)
        return Response(ProjectAnswer(project, context={"request": request}).data)
