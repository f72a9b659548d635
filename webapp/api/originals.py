"""The originals of a dataset: what they are, one by its digest, all as a zip."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import FileResponse, StreamingHttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import FormParser, JSONParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from webapp.api.answers import FILE, answers
from webapp.api.files import attachment, content_disposition
from webapp.api.moving import FittingImages
from webapp.api.requests import actor_of, sent
from webapp.api.steady import zip_answer
from webapp.queries.fitting import ids_that_fit
from webapp.queries.originals import entries_of, original_for, originals_for
from webapp.queries.projects import dataset_for
from webapp.storage.blobs import blob_path
from webapp.storage.unique_names import safe_name
from webapp.storage.zip_stream import zip_pieces


class OriginalAnswer(serializers.Serializer[Any]):
    """A file that was uploaded."""

    name = serializers.CharField()
    sha256 = serializers.CharField()
    size_bytes = serializers.IntegerField()
    images = serializers.ListField(child=serializers.UUIDField())
    url = serializers.CharField()


class Originals(APIView):
    """The originals of a dataset."""

    @extend_schema(responses=answers(OriginalAnswer(many=True)))
    def get(self, request: Request, dataset_id: UUID) -> Response:
        """Every file that its images came in, none twice, with digest and address."""
        _, originals = originals_for(actor_of(request), dataset_id)
        rows = [
            {
                "name": one.name,
                "sha256": one.sha256,
                "size_bytes": one.size_bytes,
                "images": [str(image.pk) for image in one.images],
                "url": f"/api/datasets/{dataset_id}/originals/{one.sha256}",
            }
            for one in originals
        ]
        return Response(rows)


class OriginalDoor(APIView):
    """One original by its digest."""

    @extend_schema(responses=answers(FILE[200]))
    def get(self, request: Request, dataset_id: UUID, sha256: str) -> FileResponse:
        """The same bytes as were uploaded."""
        blob = original_for(actor_of(request), dataset_id, sha256)
        return attachment(blob_path(blob.pk), blob.pk, etag=blob.pk)


class OriginalsZip(APIView):
    """The originals as one zip, made while it is sent."""

    parser_classes = (JSONParser, FormParser)

    @extend_schema(responses=answers(FILE[200]))
    def get(self, request: Request, dataset_id: UUID) -> StreamingHttpResponse:
        """All of the dataset, with SHA256SUMS and a list of the images."""
        dataset, originals = originals_for(actor_of(request), dataset_id)
        name = f"{safe_name(dataset.name)} originals.zip"
        return zip_answer(zip_pieces(entries_of(originals)), content_disposition(name))

    @extend_schema(request=FittingImages, responses=answers(FILE[200]))
    def post(self, request: Request, dataset_id: UUID) -> StreamingHttpResponse:
        """Those of some images; the dataset page sends a form."""
        ids = chosen_in(request, dataset_id, sent(request, FittingImages))
        dataset, originals = originals_for(actor_of(request), dataset_id, ids)
        name = f"{safe_name(dataset.name)} originals.zip"
        return zip_answer(zip_pieces(entries_of(originals)), content_disposition(name))


def chosen_in(request: Request, dataset_id: UUID, wanted: dict[str, Any]) -> list[UUID]:
    """The images that a form names, or all of the dataset that fit its filter."""
    if wanted.get("all") is None:
        return list(wanted["images"])
    return ids_that_fit(dataset_for(actor_of(request), dataset_id), wanted["all"])
