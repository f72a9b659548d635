"""A dataset as OME-Zarr, to be opened elsewhere."""

from __future__ import annotations

from uuid import UUID

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.parsers import FormParser, JSONParser
from rest_framework.request import Request
from rest_framework.views import APIView

from annotations.actions.export import Masks, export_for
from webapp.api.answers import FILE, answers
from webapp.api.files import content_disposition
from webapp.api.moving import FittingImages
from webapp.api.originals import chosen_in
from webapp.api.requests import actor_of, sent
from webapp.api.steady import zip_answer
from webapp.storage.unique_names import safe_name
from webapp.storage.zip_stream import zip_pieces

MASKS = [one.value for one in Masks]


class Wanted(FittingImages):
    """Which masks come along, and of which images."""

    masks = serializers.CharField(required=False, default=Masks.CURRENT.value)

    def validate_masks(self, value: str) -> str:
        """One of the words."""
        if value not in MASKS:
            raise serializers.ValidationError(f"Say one of {', '.join(MASKS)}.")
        return value


class OmeZarr(APIView):
    """A zip of OME-Zarr 0.5, made while it is sent."""

    parser_classes = (JSONParser, FormParser)

    @extend_schema(
        parameters=[
            OpenApiParameter(
                "masks", OpenApiTypes.STR, description="`current`, `approved` or `none`."
            )
        ],
        responses=answers(FILE[200]),
    )
    def get(self, request: Request, dataset_id: UUID) -> StreamingHttpResponse:
        """The whole dataset: plates where wells are known, masks as labels named `cells`."""
        form = Wanted(data={"masks": request.query_params.get("masks", Masks.CURRENT.value)})
        form.is_valid(raise_exception=True)
        return _answer(request, dataset_id, form.validated_data["masks"], None)

    @extend_schema(request=Wanted, responses=answers(FILE[200]))
    def post(self, request: Request, dataset_id: UUID) -> StreamingHttpResponse:
        """Some images of it; the dataset page sends a form."""
        wanted = sent(request, Wanted)
        ids = chosen_in(request, dataset_id, wanted)
        return _answer(request, dataset_id, wanted["masks"], ids)


def _answer(
    request: Request, dataset_id: UUID, masks: str, ids: list[UUID] | None
) -> StreamingHttpResponse:
    dataset, entries = export_for(actor_of(request), dataset_id, Masks(masks), ids)
    name = f"{safe_name(dataset.name)}.ome-zarr.zip"
    return zip_answer(zip_pieces(entries), content_disposition(name))
