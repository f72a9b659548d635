"""Files of one channel, slice or frame each: which make one image, and putting them together."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from webapp.actions.grouping import group_images
from webapp.api.answers import answers
from webapp.api.requests import actor_of, sent
from webapp.api.uploads import UploadAnswer
from webapp.imaging.naming.grouping import Stack
from webapp.imaging.naming.pattern import BadPattern
from webapp.permissions import Action, require
from webapp.queries.grouping import preview_groups
from webapp.queries.projects import dataset_for
from webapp.queries.recognized import recognized_in
from webapp.states import Refused


class StackMember(serializers.Serializer[Any]):
    """A file and where its first plane lies in the image."""

    image = serializers.UUIDField()
    name = serializers.CharField()
    place = serializers.ListField(child=serializers.IntegerField(), help_text="T, C, Z")


class StackAnswer(serializers.Serializer[Any]):
    """Files that make one image."""

    name = serializers.CharField()
    shape = serializers.ListField(child=serializers.IntegerField(), help_text="T, C, Z, Y, X")
    channels = serializers.ListField(child=serializers.CharField())
    members = StackMember(many=True)
    missing = serializers.ListField(child=serializers.CharField(), help_text="in no file")
    faults = serializers.ListField(child=serializers.CharField(), help_text="why they cannot")
    warnings = serializers.ListField(child=serializers.CharField())


class GroupsAnswer(serializers.Serializer[Any]):
    """A pattern and the images that it would make."""

    pattern = serializers.CharField(allow_blank=True)
    program = serializers.CharField(allow_blank=True)
    n_files = serializers.IntegerField(help_text="images that could be grouped")
    n_grouped = serializers.IntegerField()
    stacks = StackAnswer(many=True)


class GroupsAsked(serializers.Serializer[Any]):
    """How names are read."""

    pattern = serializers.CharField()
    with_missing = serializers.BooleanField(
        default=False, help_text="also sets with missing planes, which are black and named"
    )


class RecognizedAnswer(serializers.Serializer[Any]):
    """What names say and nobody has accepted yet."""

    n_files = serializers.IntegerField(help_text="files that look like planes of fewer images")
    n_images = serializers.IntegerField(help_text="the images they would make")
    n_without_well = serializers.IntegerField(help_text="images whose names say a well")
    n_read_otherwise = serializers.IntegerField(
        help_text="images whose channels are read unlike the same channels of most others"
    )


class RecognizedDoor(APIView):
    """What the names of the files say."""

    @extend_schema(responses=answers(RecognizedAnswer))
    def get(self, request: Request, dataset_id: UUID) -> Response:
        """In numbers; the groups and the wells themselves have doors of their own."""
        dataset = dataset_for(actor_of(request), dataset_id)
        require(actor_of(request), Action.UPLOAD, dataset.project)
        return Response(RecognizedAnswer(recognized_in(dataset)).data)


class GroupsDoor(APIView):
    """Files that are planes of one image."""

    @extend_schema(
        parameters=[
            OpenApiParameter(
                "pattern", OpenApiTypes.STR, description="Without it the names are recognized."
            )
        ],
        responses=answers(GroupsAnswer),
    )
    def get(self, request: Request, dataset_id: UUID) -> Response:
        """What a pattern would put together; nothing is changed."""
        dataset = dataset_for(actor_of(request), dataset_id)
        require(actor_of(request), Action.UPLOAD, dataset.project)
        try:
            preview = preview_groups(dataset, request.query_params.get("pattern"))
        except BadPattern as error:
            raise Refused(str(error)) from error
        said = {"pattern": preview.pattern, "program": preview.program}
        counts = {"n_files": preview.n_files, "n_grouped": preview.n_grouped}
        return Response(said | counts | {"stacks": [_stack(one) for one in preview.stacks]})

    @extend_schema(request=GroupsAsked, responses=answers(UploadAnswer(many=True)))
    def post(self, request: Request, dataset_id: UUID) -> Response:
        """Put files together; answers a row for each new image, which a worker makes."""
        asked = sent(request, GroupsAsked)
        uploads = group_images(
            actor=actor_of(request),
            dataset_id=dataset_id,
            pattern=asked["pattern"],
            is_with_missing=asked["with_missing"],
        )
        return Response(UploadAnswer(uploads, many=True).data)


def _stack(stack: Stack) -> dict[str, Any]:
    return {
        "name": stack.name,
        "shape": list(stack.shape),
        "channels": list(stack.channels),
        "members": [
            {"image": str(one.file.key), "name": one.file.stem, "place": list(one.place)}
            for one in stack.members
        ],
        "missing": list(stack.missing),
        "faults": list(stack.faults),
        "warnings": list(stack.warnings),
    }
