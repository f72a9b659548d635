"""Image quality: the limits of a project's flags, the numbers of an image, leaving it out."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from webapp.actions.quality import change_limits, exclude_image, include_image
from webapp.api.answers import answers
from webapp.api.fields import FiniteField
from webapp.api.requests import actor_of, sent
from webapp.imaging.quality.flags import MEANINGS, Flag
from webapp.models import Image, Project
from webapp.queries.images import image_for
from webapp.queries.projects import project_for
from webapp.queries.quality import exclusion_of, limits_of, numbers_of_image

FLAGS = [flag.value for flag in Flag]


class LimitAnswer(serializers.Serializer[Any]):
    """A flag of a project: it is up where its number is above the limit."""

    flag = serializers.ChoiceField(choices=FLAGS)
    title = serializers.CharField()
    limit = serializers.FloatField()
    shipped = serializers.FloatField()
    lowest = serializers.FloatField()
    highest = serializers.FloatField()


class LimitChange(serializers.Serializer[Any]):
    """Limits by flag; those that are not named stay."""

    limits = serializers.DictField(child=FiniteField())

    def validate_limits(self, value: dict[str, float]) -> dict[Flag, float]:
        """Flags that there are."""
        unknown = set(value) - set(FLAGS)
        if unknown:
            raise serializers.ValidationError(f"There is no flag called {sorted(unknown)[0]}.")
        return {Flag(name): limit for name, limit in value.items()}


class QualityNumber(serializers.Serializer[Any]):
    """One number of an image, in the channel that counts."""

    flag = serializers.ChoiceField(choices=FLAGS)
    title = serializers.CharField()
    value = serializers.FloatField()
    limit = serializers.FloatField()
    is_up = serializers.BooleanField()
    channel = serializers.CharField(allow_blank=True, help_text="empty where there is one only")
    sentence = serializers.CharField()


class LeftOut(serializers.Serializer[Any]):
    """Why, by whom and when an image was left out of results."""

    reason = serializers.CharField()
    excluded_by = serializers.CharField()
    excluded_at = serializers.DateTimeField()


class QualityAnswer(serializers.Serializer[Any]):
    """What is known of how good an image is."""

    numbers = QualityNumber(many=True)
    left_out = LeftOut(allow_null=True)


class Reason(serializers.Serializer[Any]):
    """Why an image is left out; reports print it."""

    reason = serializers.CharField()


class QualityLimits(APIView):
    """From which numbers on the flags of a project are up."""

    @extend_schema(responses=answers(LimitAnswer(many=True)))
    def get(self, request: Request, project_id: UUID) -> Response:
        """Every flag with its limit and the one that it was shipped with."""
        return Response(_limits(project_for(actor_of(request), project_id)))

    @extend_schema(request=LimitChange, responses=answers(LimitAnswer(many=True)))
    def patch(self, request: Request, project_id: UUID) -> Response:
        """Change limits; flags follow at once, and no image is read again."""
        limits = sent(request, LimitChange)["limits"]
        actor = actor_of(request)
        return Response(_limits(change_limits(actor=actor, project_id=project_id, limits=limits)))


class ImageQualityDoor(APIView):
    """How good an image is."""

    @extend_schema(responses=answers(QualityAnswer))
    def get(self, request: Request, image_id: UUID) -> Response:
        """Every number with its limit, and whether the image is left out of results."""
        return Response(_quality(image_for(actor_of(request), image_id)))


class ImageExclusion(APIView):
    """Leaving an image out of results."""

    @extend_schema(request=Reason, responses=answers(QualityAnswer, conflict=True))
    def put(self, request: Request, image_id: UUID) -> Response:
        """Leave it out, with a reason; pixels and masks are kept."""
        reason = sent(request, Reason)["reason"]
        actor = actor_of(request)
        return Response(_quality(exclude_image(actor=actor, image_id=image_id, reason=reason)))

    @extend_schema(responses=answers(None, status=204, conflict=True))
    def delete(self, request: Request, image_id: UUID) -> Response:
        """Take it into results again."""
        include_image(actor=actor_of(request), image_id=image_id)
        return Response(status=204)


def _limits(project: Project) -> list[dict[str, Any]]:
    return [
        {
            "flag": flag.value,
            "title": MEANINGS[flag].title,
            "limit": limit,
            "shipped": MEANINGS[flag].limit,
            "lowest": MEANINGS[flag].lowest,
            "highest": MEANINGS[flag].highest,
        }
        for flag, limit in limits_of(project).items()
    ]


def _quality(image: Image) -> dict[str, Any]:
    numbers = numbers_of_image(image, limits_of(image.dataset.project))
    exclusion = exclusion_of(image)
    return {
        "numbers": [
            {
                "flag": one.flag.value,
                "title": one.meaning.title,
                "value": one.value,
                "limit": one.limit,
                "is_up": one.is_up,
                "channel": one.channel,
                "sentence": one.sentence,
            }
            for one in numbers
        ],
        "left_out": exclusion
        and {
            "reason": exclusion.reason,
            "excluded_by": str(exclusion.excluded_by),
            "excluded_at": exclusion.excluded_at.isoformat(),
        },
    }
