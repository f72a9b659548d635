"""Who belongs to a project, and the links that let people in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from webapp.actions.members import (
    accept_invitation,
    change_role,
    invite,
    remove_member,
    revoke_invitation,
)
from webapp.api.account_kinds import IsPerson
from webapp.api.answers import answers
from webapp.api.projects import ProjectAnswer
from webapp.api.requests import actor_of, sent
from webapp.models import Invitation, Membership, Role
from webapp.permissions import Action, require
from webapp.queries.people import members_of, open_invitations_of
from webapp.queries.projects import project_for


class Member(serializers.ModelSerializer[Membership]):
    """A person and her role."""

    user = serializers.UUIDField(source="user_id")
    name = serializers.CharField(source="user.name")
    email = serializers.EmailField(source="user.email")
    is_active = serializers.BooleanField(source="user.is_active")

    class Meta:
        model = Membership
        fields = ["user", "name", "email", "is_active", "role", "created_at"]


class RoleChoice(serializers.Serializer[Any]):
    """A role to give."""

    role = serializers.ChoiceField(choices=Role.choices)


class InvitationAnswer(serializers.ModelSerializer[Invitation]):
    """A link that still works; its secret is not kept."""

    created_by = serializers.CharField(source="created_by.name")

    class Meta:
        model = Invitation
        fields = ["id", "role", "created_by", "created_at", "expires_at"]


class NewInvitationAnswer(InvitationAnswer):
    """The link itself, told this once."""

    url = serializers.SerializerMethodField()

    class Meta(InvitationAnswer.Meta):
        fields = [*InvitationAnswer.Meta.fields, "url"]

    def get_url(self, invitation: Invitation) -> str:
        """The address to send to the person."""
        return settings.BASE_URL + reverse("invitation", args=[self.context["secret"]])


class Secret(serializers.Serializer[Any]):
    """The last part of an invitation's address."""

    secret = serializers.CharField(max_length=100)


class Members(ListAPIView[Membership]):
    """The members of a project."""

    serializer_class = Member

    def get_queryset(self) -> QuerySet[Membership]:
        """In the order they came."""
        return members_of(project_for(actor_of(self.request), self.kwargs["project_id"]))


class MemberDoor(APIView):
    """One member of a project."""

    @extend_schema(request=RoleChoice, responses=answers(Member))
    def patch(self, request: Request, project_id: UUID, user_id: UUID) -> Response:
        """Give another role, up to one's own."""
        membership = change_role(
            actor=actor_of(request),
            project_id=project_id,
            user_id=user_id,
            **sent(request, RoleChoice),
        )
        return Response(Member(membership).data)

    @extend_schema(responses=answers(None, status=204))
    def delete(self, request: Request, project_id: UUID, user_id: UUID) -> Response:
        """End a membership at once; anybody may leave."""
        remove_member(actor=actor_of(request), project_id=project_id, user_id=user_id)
        return Response(status=204)


class Invitations(ListAPIView[Invitation]):
    """The open invitations of a project."""

    serializer_class = InvitationAnswer

    def get_queryset(self) -> QuerySet[Invitation]:
        """The newest first; for those who manage people."""
        project = project_for(actor_of(self.request), self.kwargs["project_id"])
        require(actor_of(self.request), Action.MANAGE_PEOPLE, project)
        return open_invitations_of(project).select_related("created_by")

    @extend_schema(request=RoleChoice, responses=answers(NewInvitationAnswer, status=201))
    def post(self, request: Request, project_id: UUID) -> Response:
        """Make a link for one person."""
        invitation, secret = invite(
            actor=actor_of(request), project_id=project_id, **sent(request, RoleChoice)
        )
        return Response(
            NewInvitationAnswer(invitation, context={"secret": secret}).data, status=201
        )


class InvitationDoor(APIView):
    """One invitation."""

    @extend_schema(responses=answers(None, status=204))
    def delete(self, request: Request, invitation_id: UUID) -> Response:
        """The link stops working."""
        revoke_invitation(actor=actor_of(request), invitation_id=invitation_id)
        return Response(status=204)


class InvitationAccept(APIView):
    """Join by link."""

    permission_classes = [IsPerson]

    @extend_schema(request=Secret, responses=answers(ProjectAnswer))
    def post(self, request: Request) -> Response:
        """Become a member; a member keeps the higher of both roles."""
        project = accept_invitation(actor=actor_of(request), **sent(request, Secret))
        return Response(ProjectAnswer(project, context={"request": request}).data)
