"""What is said about one image: all that the viewer needs to draw it."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from webapp.imaging.quality.flags import Flag
from webapp.models import Channel, Image
from webapp.queries.images import neighbours_of
from webapp.queries.quality import exclusion_of, limits_of, numbers_of_image
from webapp.states import ImageState

TILE_SIZE = 512


class ChannelAnswer(serializers.ModelSerializer[Channel]):
    """One channel and how it is shown."""

    class Meta:
        model = Channel
        fields = [
            "index",
            "name",
            "role",
            "color",
            "low",
            "high",
            "gamma",
            "minimum",
            "maximum",
            "histogram",
        ]
        extra_kwargs = {"histogram": {"help_text": "64 counts over minimum..maximum"}}

    histogram = serializers.ListField(child=serializers.FloatField())


class Named(serializers.Serializer[Any]):
    """Something with an id and a name."""

    id = serializers.UUIDField()
    name = serializers.CharField()


class Place(Named):
    """Something with a page."""

    url = serializers.CharField()


class LevelAnswer(serializers.Serializer[Any]):
    """One level of the pyramid; level 0 is full size."""

    level = serializers.IntegerField()
    height = serializers.IntegerField()
    width = serializers.IntegerField()


class Neighbour(Place):
    """An image before or after this one in the dataset."""

    state = serializers.ChoiceField(choices=ImageState.choices)
    thumbnail_url = serializers.CharField()
    is_current = serializers.BooleanField()


class SetupName(Named):
    """The acquisition setup of an image."""

    microscope = serializers.CharField()
    objective = serializers.CharField()


class FlagAnswer(serializers.Serializer[Any]):
    """A quality flag that is up: its number is above the limit of the project."""

    flag = serializers.ChoiceField(choices=[one.value for one in Flag])
    title = serializers.CharField()
    sentence = serializers.CharField()
    advice = serializers.CharField()
    value = serializers.FloatField()
    limit = serializers.FloatField()


class ImageAnswer(serializers.Serializer[Any]):
    """One image: axes TCZYX, sizes, channels, tiles and neighbours."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    file_name = serializers.CharField()
    state = serializers.ChoiceField(choices=ImageState.choices)
    project = Named()
    dataset = Place()
    axes = serializers.CharField()
    shape = serializers.ListField(child=serializers.IntegerField(), help_text="T, C, Z, Y, X")
    dtype = serializers.CharField()
    source_format = serializers.CharField()
    pixel_size_um = serializers.ListField(
        child=serializers.FloatField(), allow_null=True, help_text="height and width"
    )
    slice_step_um = serializers.FloatField(allow_null=True)
    frame_interval_s = serializers.FloatField(allow_null=True)
    objective = serializers.CharField(help_text="as the file says it; empty when it does not")
    setup = SetupName(allow_null=True)
    notes = serializers.ListField(child=serializers.CharField())
    flags = FlagAnswer(many=True)
    left_out = serializers.CharField(
        help_text="why the image is left out of results; empty when it is not"
    )
    channels = ChannelAnswer(many=True)
    levels = LevelAnswer(many=True)
    tile_size = serializers.IntegerField()
    tile_url = serializers.CharField(help_text="with {level} {t} {c} {z} {row} {col}")
    original_url = serializers.CharField()
    neighbours = Neighbour(many=True)
    previous_url = serializers.CharField(allow_null=True)
    next_url = serializers.CharField(allow_null=True)


def describe_image(image: Image) -> dict[str, Any]:
    """The content of `ImageAnswer`."""
    around = neighbours_of(image)
    place = next(index for index, other in enumerate(around) if other.pk == image.pk)
    dataset = image.dataset
    exclusion = exclusion_of(image)
    return {
        "id": str(image.pk),
        "name": image.name,
        "file_name": image.file_name,
        "state": image.state,
        "project": {"id": str(dataset.project_id), "name": dataset.project.name},
        "dataset": {
            "id": str(dataset.pk),
            "name": dataset.name,
            "url": f"/datasets/{dataset.pk}",
        },
        "axes": "TCZYX",
        "shape": list(image.shape),
        "dtype": image.dtype,
        "source_format": image.source_format,
        "pixel_size_um": list(image.pixel_size_um) if image.pixel_size_um else None,
        "slice_step_um": image.slice_step_um,
        "frame_interval_s": image.frame_interval_s,
        "objective": image.objective,
        "setup": SetupName(image.setup).data if image.setup else None,
        "notes": image.notes,
        "flags": _flags(image),
        "left_out": exclusion.reason if exclusion else "",
        "channels": ChannelAnswer(image.channels.all(), many=True).data,
        "levels": image.levels,
        "tile_size": TILE_SIZE,
        "tile_url": (
            f"/api/images/{image.pk}/tiles/{image.blob_id[:16]}"
            "/{level}/{t}/{c}/{z}/{row}/{col}"
        ),
        "original_url": f"/api/images/{image.pk}/original",
        "neighbours": [_neighbour(other, is_current=other.pk == image.pk) for other in around],
        "previous_url": _page(around[place - 1]) if place > 0 else None,
        "next_url": _page(around[place + 1]) if place + 1 < len(around) else None,
    }


def _flags(image: Image) -> list[dict[str, Any]]:
    numbers = numbers_of_image(image, limits_of(image.dataset.project))
    return [
        {
            "flag": one.flag.value,
            "title": one.meaning.title,
            "sentence": one.sentence,
            "advice": one.meaning.advice,
            "value": one.value,
            "limit": one.limit,
        }
        for one in numbers
        if one.is_up
    ]


def _neighbour(image: Image, *, is_current: bool) -> dict[str, Any]:
    return {
        "id": str(image.pk),
        "name": image.name,
        "state": image.state,
        "thumbnail_url": f"/api/images/{image.pk}/thumbnail",
        "url": _page(image),
        "is_current": is_current,
    }


def _page(image: Image) -> str:
    return f"/images/{image.pk}"
