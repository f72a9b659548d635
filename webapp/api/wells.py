"""Wells: what the names of files say, which plates there are, what is in the wells."""

from __future__ import annotations

from base64 import b64decode
from typing import Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from webapp.actions.names import clean_file_name
from webapp.actions.wells import assign_wells, change_plate_map
from webapp.api.answers import answers
from webapp.api.requests import actor_of, sent
from webapp.imaging.naming.pattern import BadPattern, NameParts
from webapp.imaging.naming.spreadsheet import SheetFile
from webapp.models import Image, Plate, Well
from webapp.queries.plate_numbers import PlateNumber, plate_numbers
from webapp.queries.projects import dataset_for
from webapp.queries.wells import plates_of, preview_names
from webapp.states import Refused

MOST_TEXT = 1_000_000
MOST_BASE64 = 7_000_000


class NameRow(serializers.Serializer[Any]):
    """One image and what its name says."""

    image = serializers.UUIDField()
    file_name = serializers.CharField()
    plate = serializers.CharField(allow_null=True)
    well = serializers.CharField(allow_null=True)
    site = serializers.IntegerField(allow_null=True)
    time = serializers.IntegerField(allow_null=True)
    z = serializers.IntegerField(allow_null=True)
    channel = serializers.CharField(allow_null=True)


class NamesAnswer(serializers.Serializer[Any]):
    """A pattern, the program that writes such names, and what it reads."""

    pattern = serializers.CharField(allow_blank=True)
    program = serializers.CharField(allow_blank=True)
    n_read = serializers.IntegerField()
    rows = NameRow(many=True)


class Pattern(serializers.Serializer[Any]):
    """A pattern of names."""

    pattern = serializers.CharField()


class WellAnswer(serializers.ModelSerializer[Well]):
    """A well, its condition and its images."""

    name = serializers.CharField(source="__str__")
    images = serializers.PrimaryKeyRelatedField[Image](many=True, read_only=True)

    class Meta:
        model = Well
        fields = [
            "name",
            "row",
            "column",
            "compound",
            "dose",
            "unit",
            "line",
            "replicate",
            "control",
            "others",
            "images",
        ]


class PlateAnswer(serializers.ModelSerializer[Plate]):
    """A plate and the wells that hold something."""

    wells = WellAnswer(many=True)

    class Meta:
        model = Plate
        fields = ["id", "name", "n_rows", "n_columns", "wells"]


class WellNumber(serializers.Serializer[Any]):
    """The number of one well: the mean of its images."""

    plate = serializers.CharField(allow_blank=True)
    well = serializers.CharField()
    value = serializers.FloatField()


class PlateNumberAnswer(serializers.Serializer[Any]):
    """One number of every well that has it."""

    name = serializers.CharField()
    title = serializers.CharField()
    unit = serializers.CharField(allow_blank=True)
    report = serializers.CharField(
        allow_blank=True, help_text="the report that measured it; empty for what is counted now"
    )
    values = WellNumber(many=True)


class PlateMapTable(serializers.Serializer[Any]):
    """A table with its titles: as it is pasted from a spreadsheet, or the bytes of its file."""

    plate = serializers.CharField(required=False, allow_blank=True, default="", max_length=120)
    table = serializers.CharField(
        required=False, allow_blank=True, max_length=MOST_TEXT, trim_whitespace=False
    )
    file = serializers.CharField(
        required=False, max_length=MOST_BASE64, help_text="base64 of a CSV or XLSX file"
    )
    file_name = serializers.CharField(required=False, default="plate map", max_length=255)


class CellErrorAnswer(serializers.Serializer[Any]):
    """What is wrong with one cell of the table, counted from 1."""

    row = serializers.IntegerField()
    column = serializers.IntegerField()
    sentence = serializers.CharField()


class PlateMapAnswer(serializers.Serializer[Any]):
    """Whether the plate map was taken: with errors nothing was changed."""

    wrong_cells = CellErrorAnswer(many=True)


class WellsDoor(APIView):
    """Which image shows which well."""

    @extend_schema(
        parameters=[
            OpenApiParameter(
                "pattern", OpenApiTypes.STR, description="Without it the names are recognized."
            )
        ],
        responses=answers(NamesAnswer),
    )
    def get(self, request: Request, dataset_id: UUID) -> Response:
        """What the names say by a pattern; nothing is changed."""
        dataset = dataset_for(actor_of(request), dataset_id)
        try:
            preview = preview_names(dataset, request.query_params.get("pattern"))
        except BadPattern as error:
            raise Refused(str(error)) from error
        rows = [_row(image, parts) for image, parts in preview.rows]
        said = {"pattern": preview.pattern, "program": preview.program, "n_read": preview.n_read}
        return Response(said | {"rows": rows})

    @extend_schema(request=Pattern, responses=answers(NamesAnswer))
    def put(self, request: Request, dataset_id: UUID) -> Response:
        """Give every image the well that its name says."""
        pattern = sent(request, Pattern)["pattern"]
        actor = actor_of(request)
        assign_wells(actor=actor, dataset_id=dataset_id, pattern=pattern)
        preview = preview_names(dataset_for(actor, dataset_id), pattern)
        rows = [_row(image, parts) for image, parts in preview.rows]
        return Response({"pattern": pattern, "program": "", "n_read": preview.n_read, "rows": rows})


class Plates(APIView):
    """The plates of a dataset."""

    @extend_schema(responses=answers(PlateAnswer(many=True)))
    def get(self, request: Request, dataset_id: UUID) -> Response:
        """With their wells, conditions and images."""
        dataset = dataset_for(actor_of(request), dataset_id)
        return Response(PlateAnswer(plates_of(dataset), many=True).data)


class PlateNumbers(APIView):
    """What plates can be colored by."""

    @extend_schema(responses=answers(PlateNumberAnswer(many=True)))
    def get(self, request: Request, dataset_id: UUID) -> Response:
        """Cells as they are now, and every number of the newest report with wells."""
        numbers = plate_numbers(dataset_for(actor_of(request), dataset_id))
        return Response([_number(one) for one in numbers])


class PlateMapDoor(APIView):
    """What is in the wells."""

    @extend_schema(request=PlateMapTable, responses=answers(PlateMapAnswer))
    def put(self, request: Request, dataset_id: UUID) -> Response:
        """Take over a table; with an error in any cell nothing is changed."""
        told = sent(request, PlateMapTable)
        wrong = change_plate_map(
            actor=actor_of(request),
            dataset_id=dataset_id,
            plate=told["plate"],
            table=_table(told),
        )
        return Response(PlateMapAnswer({"wrong_cells": wrong}).data)


def _number(one: PlateNumber) -> dict[str, Any]:
    values = [
        {"plate": plate, "well": well, "value": value}
        for (plate, well), value in one.values.items()
    ]
    said = {"name": one.name, "title": one.title, "unit": one.unit, "report": one.source}
    return said | {"values": values}


def _table(told: dict[str, Any]) -> str | SheetFile:
    """The pasted text or the file; Refused for both, neither, or what is no base64."""
    if ("file" in told) == ("table" in told):
        raise Refused("Send either a table or a file.")
    if "table" in told:
        return str(told["table"])
    try:
        data = b64decode(told["file"], validate=True)
    except ValueError:
        raise Refused("The file is not written in base64.") from None
    return SheetFile(clean_file_name(told["file_name"]), data)


def _row(image: Image, parts: NameParts | None) -> dict[str, Any]:
    read = parts or NameParts()
    return {
        "image": str(image.pk),
        "file_name": image.file_name,
        "plate": read.plate,
        "well": str(read.well) if read.well else None,
        "site": read.site,
        "time": read.time,
        "z": read.z,
        "channel": read.channel,
    }
