"""Images: look at, correct what the file said, show channels, trash, download the original."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import FileResponse, Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from webapp.actions.images import (
    METADATA_FIELDS,
    change_display,
    change_metadata,
)
from webapp.actions.trash import delete_image, restore_image
from webapp.api.answers import FILE, answers
from webapp.api.datasets import ImageCard
from webapp.api.fields import FiniteField
from webapp.api.files import attachment
from webapp.api.image_answer import ChannelAnswer
from webapp.api.requests import actor_of, sent
from webapp.models.image import CHANNEL_ROLES
from webapp.permissions import Action, require
from webapp.queries.images import image_for
from webapp.storage.blobs import blob_path


class ImageChange(serializers.Serializer[Any]):
    """What may be corrected; null empties a size."""

    name = serializers.CharField(required=False)
    channel_names = serializers.ListField(child=serializers.CharField(), required=False)
    channel_roles = serializers.ListField(
        child=serializers.ChoiceField(choices=CHANNEL_ROLES), required=False
    )
    pixel_size_y_um = FiniteField(required=False, allow_null=True)
    pixel_size_x_um = FiniteField(required=False, allow_null=True)
    slice_step_um = FiniteField(required=False, allow_null=True)
    frame_interval_s = FiniteField(required=False, allow_null=True)


class ImageMetadata(serializers.Serializer[Any]):
    """What may be corrected, as it is now."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    channel_names = serializers.ListField(child=serializers.CharField())
    channel_roles = serializers.ListField(child=serializers.CharField())
    pixel_size_y_um = serializers.FloatField(allow_null=True)
    pixel_size_x_um = serializers.FloatField(allow_null=True)
    slice_step_um = serializers.FloatField(allow_null=True)
    frame_interval_s = serializers.FloatField(allow_null=True)


class DisplayChange(serializers.Serializer[Any]):
    """How a channel is shown."""

    color = serializers.RegexField(r"^#[0-9a-fA-F]{6}$", required=False)
    low = FiniteField(required=False)
    high = FiniteField(required=False)
    gamma = FiniteField(required=False, min_value=0.05, max_value=20)


class ImageChangeDoor(APIView):
    """Changes of one image; `annotations.api.images` adds how it is shown."""

    @extend_schema(request=ImageChange, responses=answers(ImageMetadata))
    def patch(self, request: Request, image_id: UUID) -> Response:
        """Correct name, channels, pixel size, z step or time step; the log keeps both.

        A role says what a channel shows of a cell; methods look where the roles tell them to.
        """
        image = change_metadata(
            actor=actor_of(request), image_id=image_id, **sent(request, ImageChange)
        )
        channels = image.channels.all()
        answer = {
            "id": str(image.pk),
            "name": image.name,
            "channel_names": [channel.name for channel in channels],
            "channel_roles": [channel.role for channel in channels],
            **{field: getattr(image, field) for field in METADATA_FIELDS},
        }
        return Response(answer)

    @extend_schema(responses=answers(None, status=204))
    def delete(self, request: Request, image_id: UUID) -> Response:
        """Into the trash for 30 days."""
        delete_image(actor=actor_of(request), image_id=image_id)
        return Response(status=204)


class ImageRestore(APIView):
    """Out of the trash."""

    @extend_schema(request=None, responses=answers(ImageCard))
    def post(self, request: Request, image_id: UUID) -> Response:
        """Bring an image back."""
        return Response(ImageCard(restore_image(actor=actor_of(request), image_id=image_id)).data)


class ChannelDoor(APIView):
    """One channel of an image."""

    @extend_schema(request=DisplayChange, responses=answers(ChannelAnswer))
    def patch(self, request: Request, image_id: UUID, index: int) -> Response:
        """How it is shown to everybody by default; pixels do not change."""
        channel = change_display(
            actor=actor_of(request),
            image_id=image_id,
            channel_index=index,
            **sent(request, DisplayChange),
        )
        return Response(ChannelAnswer(channel).data)


class ImagePartFile(APIView):
    """One file of an image of several."""

    @extend_schema(responses=answers(FILE[200]))
    def get(self, request: Request, image_id: UUID, number: int) -> FileResponse:
        """The same bytes under the same name; parts count from 0."""
        image = image_for(actor_of(request), image_id)
        require(actor_of(request), Action.DOWNLOAD, image.dataset.project)
        part = image.parts.filter(number=number).first()
        if part is None:
            raise Http404("This image has no such part.")
        return attachment(blob_path(part.blob_id), part.file_name, etag=part.blob_id)


class ImageOriginal(APIView):
    """The file that was uploaded; of an image of several files the list that names them."""

    @extend_schema(responses=answers(FILE[200]))
    def get(self, request: Request, image_id: UUID) -> FileResponse:
        """The same bytes under the same name."""
        image = image_for(actor_of(request), image_id)
        require(actor_of(request), Action.DOWNLOAD, image.dataset.project)
        return attachment(blob_path(image.blob_id), image.file_name, etag=image.blob_id)
