"""Move images between datasets, and copy them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from webapp.actions.copying import copy_images
from webapp.actions.moving import move_images
from webapp.api.answers import answers
from webapp.api.datasets import ImageCard
from webapp.api.requests import actor_of, sent


class FittingImages(serializers.Serializer[Any]):
    """Images by their ids, or all of a dataset that fit a filter."""

    images = serializers.ListField(child=serializers.UUIDField(), required=False, default=list)
    all = serializers.CharField(
        required=False,
        allow_blank=True,
        help_text="Instead of ids: the filter as in the address of its page, `tag=treated`.",
    )


class ChosenImages(serializers.Serializer[Any]):
    """Images by their ids."""

    images = serializers.ListField(child=serializers.UUIDField(), allow_empty=False)


class Moved(serializers.Serializer[Any]):
    """How many images moved."""

    n_images = serializers.IntegerField()


class MoveHere(APIView):
    """Images come to a dataset."""

    @extend_schema(request=ChosenImages, responses=answers(Moved))
    def post(self, request: Request, dataset_id: UUID) -> Response:
        """Move images of the same project here, with masks, wells, flags and tags."""
        ids = sent(request, ChosenImages)["images"]
        n_images = move_images(actor=actor_of(request), dataset_id=dataset_id, image_ids=ids)
        return Response({"n_images": n_images})


class CopyHere(APIView):
    """Copies of images come to a dataset."""

    @extend_schema(request=ChosenImages, responses=answers(ImageCard(many=True), status=201))
    def post(self, request: Request, dataset_id: UUID) -> Response:
        """Copy images here; those whose bytes are here already are left out."""
        ids = sent(request, ChosenImages)["images"]
        copies = copy_images(actor=actor_of(request), dataset_id=dataset_id, image_ids=ids)
        return Response(ImageCard(copies, many=True).data, status=201)
