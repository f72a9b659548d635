"""Files on their way in: the tus protocol 1.0.0 (https://tus.io/protocols/resumable-upload).

Extensions: creation, creation-with-upload, checksum, expiration, termination. `Upload-Metadata`
names the file (`filename`) and the dataset (`dataset`), each base64 as the protocol says.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.http import http_date
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import exceptions, serializers
from rest_framework.generics import ListAPIView
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from webapp.actions.part_checksum import ALGORITHMS, PartChecksum
from webapp.actions.uploads import append_part, cancel_upload, retry_upload, start_upload
from webapp.api.answers import answers
from webapp.api.requests import actor_of
from webapp.models import Upload
from webapp.queries.projects import dataset_for
from webapp.queries.uploads import upload_for, uploads_of
from webapp.states import Refused, UploadState

TUS = "1.0.0"
PART = "application/offset+octet-stream"
EXTENSIONS = "creation,creation-with-upload,checksum,expiration,termination"
PIECE_BYTES = 1 << 20
HEADERS = {"Tus-Resumable": TUS, "Cache-Control": "no-store"}


def _header(name: str, description: str, *, required: bool = True) -> OpenApiParameter:
    kind = OpenApiTypes.STR
    return OpenApiParameter(
        name, kind, OpenApiParameter.HEADER, required=required, description=description
    )


VERSION = _header("Tus-Resumable", "The version of the protocol: 1.0.0.")
LENGTH = _header("Upload-Length", "Size of the whole file in bytes.")
METADATA = _header("Upload-Metadata", "`filename <base64>,dataset <base64 of its id>`.")
OFFSET = _header("Upload-Offset", "Where this part starts, in bytes.")
CHECKSUM = _header(
    "Upload-Checksum", "`<algorithm> <base64>` of the bytes of this part.", required=False
)


class OtherVersion(exceptions.APIException):
    """The client speaks another version of the protocol."""

    status_code = 412
    default_detail = "This server speaks version 1.0.0 of the tus protocol."
    default_code = "tus_version"


class Gone(exceptions.APIException):
    """The upload was cancelled."""

    status_code = 410
    default_detail = "This upload was cancelled. Start it again."
    default_code = "gone"


class PartParser(BaseParser):
    """Leaves the body where it is: parts are read from the connection, piece by piece."""

    media_type = PART

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        """The stream itself."""
        return stream


class ImageOfUpload(serializers.Serializer[Any]):
    """One image that came with a file."""

    id = serializers.UUIDField()
    name = serializers.CharField()


class AnswerOffered(serializers.Serializer[Any]):
    """One way to read a file whose axes only a person can name."""

    axes = serializers.CharField(help_text="what to post as the answer")
    words = serializers.CharField()
    order = serializers.CharField(help_text="which pages follow each other")


class QuestionAsked(serializers.Serializer[Any]):
    """What a file does not say of its pages; the picture of answer 0 is at `axes/0`."""

    kind = serializers.CharField(help_text="files of the same kind can be answered at once")
    sentence = serializers.CharField()
    sizes = serializers.ListField(child=serializers.IntegerField())
    answers = AnswerOffered(many=True)


class UploadAnswer(serializers.ModelSerializer[Upload]):
    """One file on its way in."""

    images = ImageOfUpload(
        source="images_here", many=True, read_only=True, help_text="all that came with this file"
    )
    question = QuestionAsked(allow_null=True, read_only=True)

    class Meta:
        model = Upload
        fields = [
            "id",
            "dataset",
            "file_name",
            "size_bytes",
            "offset_bytes",
            "state",
            "progress",
            "sentence",
            "image",
            "images",
            "question",
            "axes",
            "created_at",
            "updated_at",
        ]


class TusDoor(APIView):
    """What every tus door says: its version, and that nothing is kept by caches."""

    parser_classes = [PartParser]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse another version before anything else is looked at."""
        super().initial(request, *args, **kwargs)
        version = request.headers.get("Tus-Resumable")
        if request.method not in ("OPTIONS", "GET") and version != TUS:
            raise OtherVersion

    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        """Add the protocol's headers, to refusals too."""
        for name, value in HEADERS.items():
            response[name] = value
        if response.status_code == OtherVersion.status_code:
            response["Tus-Version"] = TUS
        return super().finalize_response(request, response, *args, **kwargs)


class Uploads(TusDoor):
    """Where a file starts."""

    @extend_schema(exclude=True)
    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Response:
        """What this server can do."""
        answer = Response(status=204)
        answer["Tus-Version"] = TUS
        answer["Tus-Extension"] = EXTENSIONS
        answer["Tus-Checksum-Algorithm"] = ",".join(ALGORITHMS)
        answer["Tus-Max-Size"] = str(settings.MAX_UPLOAD_BYTES)
        return answer

    @extend_schema(
        parameters=[VERSION, LENGTH, METADATA, CHECKSUM],
        request={PART: OpenApiTypes.BINARY},
        responses=answers(None, status=201),
    )
    def post(self, request: Request) -> Response:
        """Announce a file; `Location` is where its parts go."""
        actor, metadata = actor_of(request), _metadata(request.headers.get("Upload-Metadata", ""))
        upload = start_upload(
            actor=actor,
            dataset_id=_dataset_id(metadata),
            file_name=metadata.get("filename", "unnamed"),
            size_bytes=_number(request, "Upload-Length"),
        )
        if request.content_type == PART and upload.state == UploadState.SENDING:
            upload = append_part(
                actor=actor, upload_id=upload.pk, offset_bytes=0, pieces=_pieces(request)
            )
        answer = Response(status=201)
        answer["Location"] = f"/api/uploads/{upload.pk}"
        return _with_progress(answer, upload)


class UploadDoor(TusDoor):
    """One file on its way in."""

    @extend_schema(responses=answers(UploadAnswer))
    def get(self, request: Request, upload_id: UUID) -> Response:
        """How far it is, as JSON."""
        return Response(UploadAnswer(upload_for(actor_of(request), upload_id)).data)

    @extend_schema(exclude=True)
    def head(self, request: Request, upload_id: UUID) -> Response:
        """How many bytes are here."""
        upload = upload_for(actor_of(request), upload_id)
        if upload.state == UploadState.CANCELLED:
            raise Gone
        answer = Response(status=200)
        answer["Upload-Length"] = str(upload.size_bytes)
        return _with_progress(answer, upload)

    @extend_schema(
        parameters=[VERSION, OFFSET, CHECKSUM],
        request={PART: OpenApiTypes.BINARY},
        responses=answers(None, status=204, conflict=True),
    )
    def patch(self, request: Request, upload_id: UUID) -> Response:
        """Append a part; 409 with the right offset when it does not continue the file."""
        if request.content_type != PART:
            raise exceptions.UnsupportedMediaType(request.content_type)
        upload = append_part(
            actor=actor_of(request),
            upload_id=upload_id,
            offset_bytes=_number(request, "Upload-Offset"),
            pieces=_pieces(request),
        )
        return _with_progress(Response(status=204), upload)

    @extend_schema(parameters=[VERSION], responses=answers(None, status=204))
    def delete(self, request: Request, upload_id: UUID) -> Response:
        """Stop sending; what arrived is removed."""
        cancel_upload(actor=actor_of(request), upload_id=upload_id)
        return Response(status=204)


class UploadRetry(APIView):
    """Once more."""

    @extend_schema(request=None, responses=answers(UploadAnswer))
    def post(self, request: Request, upload_id: UUID) -> Response:
        """Read a failed file again without sending it again."""
        return Response(
            UploadAnswer(retry_upload(actor=actor_of(request), upload_id=upload_id)).data
        )


class DatasetUploads(ListAPIView[Upload]):
    """The files that were sent to a dataset."""

    serializer_class = UploadAnswer

    def get_queryset(self) -> QuerySet[Upload]:
        """The newest first."""
        return uploads_of(dataset_for(actor_of(self.request), self.kwargs["dataset_id"]))


def _with_progress(answer: Response, upload: Upload) -> Response:
    """Say where the next part starts, and until when it is waited for."""
    answer["Upload-Offset"] = str(upload.offset_bytes)
    if upload.state == UploadState.SENDING:
        answer["Upload-Expires"] = http_date(upload.expires_at.timestamp())
    return answer


def _pieces(request: Request) -> Iterator[bytes]:
    """The body as it arrives, never more than one piece in memory, checked if it can be."""
    body = iter(lambda: request._request.read(PIECE_BYTES), b"")
    promised = request.headers.get("Upload-Checksum")
    return PartChecksum(promised).through(body) if promised else body


def _number(request: Request, header: str) -> int:
    text = request.headers.get(header, "")
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Refused(f"The header {header} must be a whole number of bytes.")
    return int(text)


def _metadata(header: str) -> dict[str, str]:
    """`key base64,key base64` as text; Refused when it is not that."""
    values: dict[str, str] = {}
    for pair in header.split(",") if header else []:
        key, _, encoded = pair.strip().partition(" ")
        try:
            values[key] = base64.b64decode(encoded, validate=True).decode("utf-8")
        except (binascii.Error, UnicodeDecodeError) as error:
            raise Refused(f"The value of {key!r} in Upload-Metadata is not base64.") from error
    return values


def _dataset_id(metadata: dict[str, str]) -> UUID:
    try:
        return UUID(metadata.get("dataset", ""))
    except ValueError as error:
        raise Refused("Upload-Metadata must name the dataset by its id.") from error
