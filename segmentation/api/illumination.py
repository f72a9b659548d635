"""The light that the images of a setup share."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from segmentation.queries.illumination import describe_light, light_of_image
from webapp.api.answers import answers
from webapp.api.requests import actor_of
from webapp.permissions import Action, require
from webapp.queries.images import image_for
from webapp.states import Refused


class ChannelLight(serializers.Serializer[Any]):
    """How one channel is lit, as shares of its mean."""

    name = serializers.CharField()
    darkest = serializers.FloatField()
    brightest = serializers.FloatField()
    dark = serializers.FloatField(help_text="What the camera says without light, in gray values.")


class LightAnswer(serializers.Serializer[Any]):
    """What a run with the background "shared" would divide this image by."""

    setup = serializers.CharField(allow_null=True)
    n_images = serializers.IntegerField(help_text="From so many images it is told.")
    digest = serializers.CharField()
    reason = serializers.CharField(help_text="Why there is none; empty where there is.")
    channels = ChannelLight(many=True)


class ImageLight(APIView):
    """The light of an image, told from those that share its setup."""

    @extend_schema(responses=answers(LightAnswer))
    def get(self, request: Request, image_id: UUID) -> Response:
        """Without channels, and with the reason, where there are too few images of the setup."""
        image = image_for(actor_of(request), image_id)
        require(actor_of(request), Action.RUN, image.dataset.project)
        told = {"setup": image.setup.name if image.setup else None, "reason": ""}
        try:
            light, sources = light_of_image(image)
        except Refused as error:
            nothing = {"n_images": 0, "digest": "", "channels": [], "reason": str(error)}
            return Response(told | nothing)
        channels = describe_light(light, [channel.name for channel in image.channels.all()])
        return Response(
            told | {"n_images": len(sources), "digest": light.digest, "channels": channels}
        )
