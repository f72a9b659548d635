"""Acquisition setups: list, make, correct, remove, and say which images they took."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from webapp.actions.setups import assign_setup, change_setup, create_setup, remove_setup
from webapp.api.answers import answers
from webapp.api.fields import FiniteField
from webapp.api.requests import actor_of, sent
from webapp.models import AcquisitionSetup
from webapp.queries.projects import project_for
from webapp.queries.setups import setup_for, setups_of

MOST_IMAGES = 100_000


class SetupAnswer(serializers.ModelSerializer[AcquisitionSetup]):
    """What took images; a pixel size that nobody knows is null."""

    class Meta:
        model = AcquisitionSetup
        fields = [
            "id",
            "name",
            "site",
            "microscope",
            "objective",
            "camera",
            "modality",
            "pixel_size_y_um",
            "pixel_size_x_um",
            "created_at",
        ]


class ListedSetup(SetupAnswer):
    """A setup with its images counted."""

    n_images = serializers.IntegerField()
    n_without_size = serializers.IntegerField(help_text="those of them without a pixel size")

    class Meta(SetupAnswer.Meta):
        fields = [*SetupAnswer.Meta.fields, "n_images", "n_without_size"]


class SetupChange(serializers.Serializer[Any]):
    """What may be said of a setup; null empties a size."""

    name = serializers.CharField(required=False)
    site = serializers.CharField(required=False, allow_blank=True)
    microscope = serializers.CharField(required=False, allow_blank=True)
    objective = serializers.CharField(required=False, allow_blank=True)
    camera = serializers.CharField(required=False, allow_blank=True)
    modality = serializers.CharField(required=False, allow_blank=True)
    pixel_size_y_um = FiniteField(required=False, allow_null=True)
    pixel_size_x_um = FiniteField(required=False, allow_null=True)


class NewSetup(SetupChange):
    """What a setup starts with."""

    name = serializers.CharField()


class ImageSetupChange(serializers.Serializer[Any]):
    """Which images a setup took; null takes their setup away."""

    images = serializers.ListField(child=serializers.UUIDField(), max_length=MOST_IMAGES)
    setup = serializers.UUIDField(allow_null=True)
    is_filling_sizes = serializers.BooleanField(
        required=False,
        default=False,
        help_text="images without a pixel size get that of the setup",
    )


class ChangedImages(serializers.Serializer[Any]):
    """How many images are different now."""

    n_changed = serializers.IntegerField()


class Setups(APIView):
    """The setups of a project."""

    @extend_schema(responses=answers(ListedSetup(many=True)))
    def get(self, request: Request, project_id: UUID) -> Response:
        """By name, with their images counted."""
        found = project_for(actor_of(request), project_id)
        return Response(ListedSetup(setups_of(found), many=True).data)

    @extend_schema(request=NewSetup, responses=answers(SetupAnswer, status=201))
    def post(self, request: Request, project_id: UUID) -> Response:
        """Make one that no file names."""
        facts = sent(request, NewSetup)
        made = create_setup(actor=actor_of(request), project_id=project_id, **facts)
        return Response(SetupAnswer(made).data, status=201)


class SetupDoor(APIView):
    """One setup."""

    @extend_schema(responses=answers(SetupAnswer))
    def get(self, request: Request, setup_id: UUID) -> Response:
        """Look at it."""
        return Response(SetupAnswer(setup_for(actor_of(request), setup_id)).data)

    @extend_schema(request=SetupChange, responses=answers(SetupAnswer))
    def patch(self, request: Request, setup_id: UUID) -> Response:
        """Correct it; images keep their own pixel sizes, and the log what was there."""
        facts = sent(request, SetupChange)
        changed = change_setup(actor=actor_of(request), setup_id=setup_id, **facts)
        return Response(SetupAnswer(changed).data)

    @extend_schema(responses=answers(None, status=204))
    def delete(self, request: Request, setup_id: UUID) -> Response:
        """Remove it, if no image has it."""
        remove_setup(actor=actor_of(request), setup_id=setup_id)
        return Response(status=204)


class ImageSetup(APIView):
    """Which images a setup took."""

    @extend_schema(request=ImageSetupChange, responses=answers(ChangedImages))
    def put(self, request: Request, project_id: UUID) -> Response:
        """For one image or many; a pixel size that is known is never replaced."""
        told = sent(request, ImageSetupChange)
        n_changed = assign_setup(
            actor=actor_of(request),
            project_id=project_id,
            image_ids=told["images"],
            setup_id=told["setup"],
            is_filling_sizes=told["is_filling_sizes"],
        )
        return Response({"n_changed": n_changed})
