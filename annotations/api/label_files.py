"""Masks that were made elsewhere: send a file, look at what it proposes, choose, accept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotations.actions.label_accepting import accept_proposals
from annotations.actions.label_files import discard_file, take_in
from annotations.actions.label_proposals import choose, discard_proposals
from annotations.models import LabelFile, LabelProposal
from annotations.queries.label_files import (
    Becomes,
    Verdict,
    label_file_for,
    label_files_of,
    verdicts,
)
from webapp.api.answers import answers
from webapp.api.requests import actor_of, sent
from webapp.permissions import Action, require
from webapp.queries.projects import dataset_for
from webapp.states import Refused

BYTES = "application/octet-stream"
PART = "application/offset+octet-stream"
PIECE_BYTES = 1 << 20


class BytesParser(BaseParser):
    """Leaves the body where it is: it is read piece by piece."""

    media_type = BYTES

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        """The stream itself."""
        return stream


class ArrivingBytesParser(BytesParser):
    """The same, of a body that is still on its way (see `webapp.api.arriving`)."""

    media_type = PART


class ProposalAnswer(serializers.ModelSerializer[LabelProposal]):
    """The masks of one image in a file, and what accepting them would do."""

    image_name = serializers.CharField(source="image.name", default=None, allow_null=True)
    becomes = serializers.SerializerMethodField()
    sentence = serializers.SerializerMethodField()
    notes = serializers.SerializerMethodField()

    class Meta:
        model = LabelProposal
        fields = [
            "id",
            "name",
            "image",
            "image_name",
            "n_objects",
            "has_pieces",
            "are_pieces",
            "becomes",
            "sentence",
            "notes",
        ]

    @extend_schema_field(serializers.ChoiceField(choices=[one.value for one in Becomes]))
    def get_becomes(self, proposal: LabelProposal) -> str:
        """`masks` and `result` can be accepted; `unfit`, `asks` and `here` cannot."""
        return self._verdict(proposal).becomes.value

    def get_sentence(self, proposal: LabelProposal) -> str:
        """What would happen, or what stands against it."""
        return self._verdict(proposal).sentence

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_notes(self, proposal: LabelProposal) -> list[str]:
        """What to look at."""
        return list(self._verdict(proposal).notes)

    def _verdict(self, proposal: LabelProposal) -> Verdict:
        found: Verdict = self.context["verdicts"][proposal.pk]
        return found


class LabelFileAnswer(serializers.ModelSerializer[LabelFile]):
    """A file of masks and the proposals in it that nobody has decided on."""

    sha256 = serializers.CharField(source="blob_id")
    proposals = ProposalAnswer(source="undecided", many=True)

    class Meta:
        model = LabelFile
        fields = ["id", "name", "sha256", "format", "state", "sentence", "created_at", "proposals"]


class Choice(serializers.Serializer[Any]):
    """What a person says of masks: their image, or whether separate pieces are cells."""

    image = serializers.UUIDField(required=False, allow_null=True, default=None)
    are_pieces = serializers.BooleanField(required=False, allow_null=True, default=None)


class Chosen(serializers.Serializer[Any]):
    """Some proposals by their ids."""

    proposals = serializers.ListField(
        child=serializers.UUIDField(), allow_empty=False, max_length=20_000
    )


class Accepted(serializers.Serializer[Any]):
    """What became of one proposal."""

    id = serializers.UUIDField()
    image = serializers.UUIDField(source="image_id")
    segmentation = serializers.UUIDField(source="segmentation_id")


class Discarded(serializers.Serializer[Any]):
    """How many proposals were left out."""

    n_discarded = serializers.IntegerField()


class LabelFiles(APIView):
    """The files of masks of a dataset."""

    @extend_schema(responses=answers(LabelFileAnswer(many=True)))
    def get(self, request: Request, dataset_id: UUID) -> Response:
        """Those that wait, failed, or propose masks that nobody has decided on."""
        dataset = dataset_for(actor_of(request), dataset_id)
        require(actor_of(request), Action.EDIT_LABELS, dataset.project)
        return Response(_described(list(label_files_of(dataset)), many=True))

    @extend_schema(
        parameters=[
            OpenApiParameter(
                "name", OpenApiTypes.STR, required=True, description="The file's name, folders too."
            ),
            OpenApiParameter(
                "image", OpenApiTypes.UUID, description="The image that all of it is meant for."
            ),
        ],
        request={BYTES: OpenApiTypes.BINARY},
        responses=answers(LabelFileAnswer, status=201),
    )
    def post(self, request: Request, dataset_id: UUID) -> Response:
        """Send one file; it is read later, and nothing changes before it is accepted."""
        label_file = take_in(
            actor=actor_of(request),
            dataset_id=dataset_id,
            image_id=_image_id(request.query_params.get("image")),
            name=request.query_params.get("name", ""),
            pieces=_pieces(request),
        )
        return Response(_one(request, label_file.pk), status=201)

    def get_parsers(self) -> list[BaseParser]:
        """The body is a file."""
        return [BytesParser(), ArrivingBytesParser()]


class LabelFileDoor(APIView):
    """One file of masks."""

    @extend_schema(responses=answers(LabelFileAnswer))
    def get(self, request: Request, file_id: UUID) -> Response:
        """How far it is, and what it proposes."""
        return Response(_one(request, file_id))

    @extend_schema(responses=answers(None, status=204))
    def delete(self, request: Request, file_id: UUID) -> Response:
        """Leave out all that nobody has decided on."""
        discard_file(actor=actor_of(request), file_id=file_id)
        return Response(status=204)


class ProposalDoor(APIView):
    """The masks of one image in a file."""

    @extend_schema(request=Choice, responses=answers(LabelFileAnswer, conflict=True))
    def patch(self, request: Request, proposal_id: UUID) -> Response:
        """Say which image they belong to, or whether pieces are cells; the file is read again."""
        said = sent(request, Choice)
        (proposal,) = choose(
            actor=actor_of(request),
            proposal_ids=[proposal_id],
            image_id=said["image"],
            are_pieces=said["are_pieces"],
        )
        return Response(_one(request, proposal.file_id))


class Accept(APIView):
    """Masks become those of their images."""

    @extend_schema(request=Chosen, responses=answers(Accepted(many=True), conflict=True))
    def post(self, request: Request, dataset_id: UUID) -> Response:
        """All or none; where people have worked on masks these become another result."""
        rows = accept_proposals(
            actor=actor_of(request),
            dataset_id=dataset_id,
            proposal_ids=sent(request, Chosen)["proposals"],
        )
        return Response(Accepted(rows, many=True).data)


class Discard(APIView):
    """Masks are left out."""

    @extend_schema(request=Chosen, responses=answers(Discarded))
    def post(self, request: Request, dataset_id: UUID) -> Response:
        """Nothing of an image changes."""
        n_discarded = discard_proposals(
            actor=actor_of(request),
            dataset_id=dataset_id,
            proposal_ids=sent(request, Chosen)["proposals"],
        )
        return Response({"n_discarded": n_discarded})


def _one(request: Request, file_id: UUID) -> Any:
    found = label_file_for(actor_of(request), file_id)
    (file,) = [one for one in label_files_of(found.dataset) if one.pk == file_id] or [found]
    return _described([file], many=False)


def _described(files: list[LabelFile], *, many: bool) -> Any:
    rows = [row for file in files for row in getattr(file, "undecided", [])]
    said = verdicts(files[0].dataset.project, rows) if rows else {}
    return LabelFileAnswer(files if many else files[0], many=many, context={"verdicts": said}).data


def _pieces(request: Request) -> Iterator[bytes]:
    return iter(lambda: request._request.read(PIECE_BYTES), b"")


def _image_id(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        raise Refused("The image must be named by its id.") from None
