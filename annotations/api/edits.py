"""The edit log: read what came after a version, append one edit, restore a version."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotations.actions.edit import MAX_MARKS, MAX_PATCHES, save_edit
from annotations.actions.edit_log import SavedEdit
from annotations.actions.restore import restore_version
from annotations.models.edit import EditKind
from annotations.queries.annotations import annotation_for
from annotations.queries.edits import describe_edit, page_after
from webapp.api.answers import REFUSALS, Refusal, answers
from webapp.api.requests import actor_of, sent
from webapp.states import Refused


class PatchAnswer(serializers.Serializer[Any]):
    """What changed in one plane: `runs` is base64 of LEB128 quadruples (see labels/patch.py)."""

    t = serializers.IntegerField()
    z = serializers.IntegerField()
    bbox = serializers.ListField(child=serializers.IntegerField(), min_length=4, max_length=4)
    runs = serializers.CharField()


class MarkAnswer(serializers.Serializer[Any]):
    """What is said of cells (`labels`) or of a region to ignore (see labels/marks.py)."""

    labels = serializers.ListField(child=serializers.IntegerField(), required=False)
    region = serializers.UUIDField(required=False)
    before = serializers.DictField(allow_null=True)
    after = serializers.DictField(allow_null=True)


class Author(serializers.Serializer[Any]):
    """Who made an edit, by the name of that day."""

    id = serializers.UUIDField()
    name = serializers.CharField()


class EditAnswer(serializers.Serializer[Any]):
    """One edit."""

    version = serializers.IntegerField()
    client_id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=EditKind.choices)
    author = Author()
    created_at = serializers.DateTimeField()
    undoes = serializers.IntegerField(allow_null=True)
    patches = PatchAnswer(many=True)
    marks = MarkAnswer(many=True)


class EditsAnswer(serializers.Serializer[Any]):
    """The newest version, and the first edits after the one asked about; ask again for more."""

    version = serializers.IntegerField()
    edits = EditAnswer(many=True)


class NewEdit(serializers.Serializer[Any]):
    """One change, made at `base_version`. A repeated `client_id` changes nothing."""

    client_id = serializers.UUIDField()
    base_version = serializers.IntegerField(min_value=0, max_value=2**31 - 1)
    kind = serializers.ChoiceField(choices=EditKind.choices)
    undoes = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=1, max_value=2**31 - 1
    )
    # The action checks what is inside, and says which rule is broken.
    patches = serializers.ListField(child=serializers.JSONField(), max_length=MAX_PATCHES)
    marks = serializers.ListField(
        child=serializers.JSONField(), required=False, default=list, max_length=MAX_MARKS
    )


class SavedAnswer(serializers.Serializer[Any]):
    """The version that the edit became."""

    version = serializers.IntegerField()
    rebased = serializers.BooleanField(help_text="others had changed other places meanwhile")


class EditConflictAnswer(Refusal):
    """Why the edit was not saved, and what happened since its `base_version`."""

    version = serializers.IntegerField(required=False)
    edits = EditAnswer(many=True, required=False)


class Edits(APIView):
    """The edit log of an annotation."""

    @extend_schema(
        parameters=[OpenApiParameter("after", OpenApiTypes.INT, description="A version.")],
        responses=answers(EditsAnswer),
    )
    def get(self, request: Request, annotation_id: UUID) -> Response:
        """What came after a version; ask again until `version` is reached."""
        annotation = annotation_for(actor_of(request), annotation_id)
        edits = page_after(annotation, _version(request.query_params.get("after", "0")))
        return Response(
            {"version": annotation.version, "edits": [describe_edit(edit) for edit in edits]}
        )

    @extend_schema(
        request=NewEdit,
        responses={
            201: SavedAnswer,
            200: OpenApiResponse(SavedAnswer, "This `client_id` was saved before."),
            409: OpenApiResponse(
                EditConflictAnswer, "conflict, mismatch, replaced, approved or in_review"
            ),
            **REFUSALS,
        },
    )
    def post(self, request: Request, annotation_id: UUID) -> Response:
        """Save one edit, on top of others where they do not touch the same place."""
        fields = sent(request, NewEdit)
        saved = save_edit(
            actor=actor_of(request),
            annotation_id=annotation_id,
            client_id=fields["client_id"],
            base_version=fields["base_version"],
            kind=fields["kind"],
            undoes=fields["undoes"],
            patches_json=fields["patches"],
            marks_json=fields["marks"],
        )
        return _saved(saved)


class RestoredVersion(serializers.Serializer[Any]):
    """Which version is to be the newest again. A repeated `client_id` changes nothing."""

    client_id = serializers.UUIDField()
    version = serializers.IntegerField(min_value=0, max_value=2**31 - 1)
    base_version = serializers.IntegerField(
        min_value=0, max_value=2**31 - 1, help_text="the newest version that was seen"
    )


class Restore(APIView):
    """An earlier version of an annotation."""

    @extend_schema(
        request=RestoredVersion,
        responses={
            201: SavedAnswer,
            200: OpenApiResponse(SavedAnswer, "This `client_id` was saved before."),
            409: OpenApiResponse(Refusal, "moved, replaced, approved or in_review"),
            **REFUSALS,
        },
    )
    def post(self, request: Request, annotation_id: UUID) -> Response:
        """Make it the newest one, with one edit that can be undone like any other."""
        saved = restore_version(
            actor=actor_of(request), annotation_id=annotation_id, **sent(request, RestoredVersion)
        )
        return _saved(saved)


def _saved(saved: SavedEdit) -> Response:
    return Response(
        {"version": saved.version, "rebased": saved.is_rebased},
        status=201 if saved.is_new else 200,
    )


def _version(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Refused("`after` is the number of a version.")
    return int(text)
