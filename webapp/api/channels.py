"""What channels show, for all images of a dataset that have the same."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from webapp.actions.channels import change_channels_of_kind
from webapp.api.answers import answers
from webapp.api.requests import actor_of, sent
from webapp.imaging.thumbnail import channel_picture
from webapp.queries.channel_kinds import channel_kinds
from webapp.queries.images import image_for, images_of
from webapp.queries.projects import dataset_for
from webapp.queries.read_image import as_read
from webapp.storage.derived import image_folder


class Reading(serializers.Serializer[Any]):
    """What the channels are said to show, and in how many images."""

    roles = serializers.ListField(child=serializers.CharField())
    n_images = serializers.IntegerField()


class KindAnswer(serializers.Serializer[Any]):
    """Images whose channels have the same names."""

    names = serializers.ListField(child=serializers.CharField())
    n_images = serializers.IntegerField()
    readings = Reading(many=True)


class ChannelsSaid(serializers.Serializer[Any]):
    """What channels with these names are called and show from now on."""

    names = serializers.ListField(child=serializers.CharField(), allow_empty=False)
    new_names = serializers.ListField(child=serializers.CharField(), required=False)
    roles = serializers.ListField(child=serializers.CharField(), allow_empty=False)


class Changed(serializers.Serializer[Any]):
    """How many images changed."""

    n_images = serializers.IntegerField()


class ChannelPicture(APIView):
    """One channel of an image as a small picture."""

    @extend_schema(responses=answers(OpenApiTypes.BINARY))
    def get(self, request: Request, image_id: UUID, index: int) -> HttpResponse:
        """The middle slice of the first frame, at most 320 pixels wide or high, in grey."""
        image = image_for(actor_of(request), image_id)
        pyramid = image_folder(image.pk) / "pyramid.zarr"
        if index >= image.n_channels or not pyramid.exists():
            raise Http404("This channel has no picture.")
        answer = HttpResponse(channel_picture(pyramid, as_read(image), index), "image/webp")
        answer["Cache-Control"] = "private, max-age=3600"
        return answer


class DatasetChannels(APIView):
    """The kinds of channels in a dataset."""

    @extend_schema(responses=answers(KindAnswer(many=True)))
    def get(self, request: Request, dataset_id: UUID) -> Response:
        """The most frequent kind first; more than one reading means that images differ."""
        kinds = channel_kinds(images_of(dataset_for(actor_of(request), dataset_id)))
        said = [
            {
                "names": kind.names,
                "n_images": kind.n_images,
                "readings": [{"roles": roles, "n_images": n} for roles, n in kind.readings],
            }
            for kind in kinds
        ]
        return Response(KindAnswer(said, many=True).data)

    @extend_schema(request=ChannelsSaid, responses=answers(Changed))
    def post(self, request: Request, dataset_id: UUID) -> Response:
        """Say it for all images whose channels have these names; all or none."""
        said = sent(request, ChannelsSaid)
        n_images = change_channels_of_kind(
            actor=actor_of(request),
            dataset_id=dataset_id,
            names=said["names"],
            new_names=said.get("new_names", said["names"]),
            roles=said["roles"],
        )
        return Response({"n_images": n_images})
