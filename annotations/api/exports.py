"""A dataset as OME-Zarr or OME-TIFF, to be opened elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.parsers import FormParser, JSONParser
from rest_framework.request import Request
from rest_framework.views import APIView

from annotations.actions.export import Masks
from annotations.actions.export_tiff import export_tiff
from annotations.actions.export_zarr import export_zarr
from webapp.api.answers import FILE, answers
from webapp.api.files import content_disposition
from webapp.api.moving import FittingImages
from webapp.api.originals import chosen_in
from webapp.api.requests import actor_of, sent
from webapp.api.steady import zip_answer
from webapp.models import Dataset, User
from webapp.storage.unique_names import safe_name
from webapp.storage.zip_stream import Entry, zip_pieces

MASKS = [one.value for one in Masks]


class Wanted(FittingImages):
    """Which masks come along, and of which images."""

    masks = serializers.CharField(required=False, default=Masks.CURRENT.value)

    def validate_masks(self, value: str) -> str:
        """One of the words."""
        if value not in MASKS:
            raise serializers.ValidationError(f"Say one of {', '.join(MASKS)}.")
        return value


MASKS_PARAMETER = OpenApiParameter(
    "masks", OpenApiTypes.STR, description="`current`, `approved` or `none`."
)


class OmeZarr(APIView):
    """A zip of OME-Zarr 0.5, made while it is sent."""

    parser_classes = (JSONParser, FormParser)

    @extend_schema(parameters=[MASKS_PARAMETER], responses=answers(FILE[200]))
    def get(self, request: Request, dataset_id: UUID) -> StreamingHttpResponse:
        """The whole dataset: plates where wells are known, masks as labels named `cells`."""
        return _all(request, dataset_id, ZARR)

    @extend_schema(request=Wanted, responses=answers(FILE[200]))
    def post(self, request: Request, dataset_id: UUID) -> StreamingHttpResponse:
        """Some images of it; the dataset page sends a form."""
        return _some(request, dataset_id, ZARR)


class OmeTiff(APIView):
    """A zip of OME-TIFF with sub-resolutions, made while it is sent."""

    parser_classes = (JSONParser, FormParser)

    @extend_schema(parameters=[MASKS_PARAMETER], responses=answers(FILE[200]))
    def get(self, request: Request, dataset_id: UUID) -> StreamingHttpResponse:
        """The whole dataset: a file an image, and one with its masks, in folders by plate."""
        return _all(request, dataset_id, TIFF)

    @extend_schema(request=Wanted, responses=answers(FILE[200]))
    def post(self, request: Request, dataset_id: UUID) -> StreamingHttpResponse:
        """Some images of it; the dataset page sends a form."""
        return _some(request, dataset_id, TIFF)


@dataclass(frozen=True)
class Kind:
    """A kind of export: what makes its files, and the ending of its name."""

    export: Callable[[User, UUID, Masks, Sequence[UUID] | None], tuple[Dataset, Iterator[Entry]]]
    ending: str


ZARR = Kind(export_zarr, ".ome-zarr.zip")
TIFF = Kind(export_tiff, ".ome-tiff.zip")


def _all(request: Request, dataset_id: UUID, kind: Kind) -> StreamingHttpResponse:
    form = Wanted(data={"masks": request.query_params.get("masks", Masks.CURRENT.value)})
    form.is_valid(raise_exception=True)
    return _answer(request, dataset_id, kind, form.validated_data["masks"], None)


def _some(request: Request, dataset_id: UUID, kind: Kind) -> StreamingHttpResponse:
    wanted = sent(request, Wanted)
    ids = chosen_in(request, dataset_id, wanted)
    return _answer(request, dataset_id, kind, wanted["masks"], ids)


def _answer(
    request: Request, dataset_id: UUID, kind: Kind, masks: str, ids: list[UUID] | None
) -> StreamingHttpResponse:
    dataset, entries = kind.export(actor_of(request), dataset_id, Masks(masks), ids)
    name = f"{safe_name(dataset.name)}{kind.ending}"
    return zip_answer(zip_pieces(entries), content_disposition(name))
