"""Any result to look at beside the masks that people work on: its tiles and its cells."""

from __future__ import annotations

import re
from pathlib import Path
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from annotations.actions.base import result_objects, result_pyramid
from annotations.api.annotation import OBJECTS_ANSWER
from annotations.queries.segmentation_tiles import segmentation_grid_for
from segmentation.models import Segmentation
from segmentation.queries.segmentations import segmentation_for
from webapp.api.answers import answers
from webapp.api.lean import Answer, Asked
from webapp.api.requests import actor_of
from webapp.api.tiles import ID, NUMBER, POSITION, guarded_tile
from webapp.storage.derived import segmentation_folder

SEGMENTATION_TILE = re.compile(
    rf"/api/segmentations/{ID}/tiles/(?P<digest>[0-9a-f]{{16}})/(?P<level>{NUMBER})"
    rf"/(?P<t>{NUMBER})/(?P<z>{NUMBER})/{POSITION}"
)


def segmentation_tile(asked: Asked) -> Answer:
    """One tile of a result: little-endian uint32, 0 is background."""
    return guarded_tile(asked, segmentation_grid_for, ("t", "z"), _pyramid)


def _pyramid(segmentation_id: UUID) -> Path:
    """Built by the first who asks."""
    pyramid = segmentation_folder(segmentation_id) / "base.zarr"
    if pyramid.exists():
        return pyramid
    return result_pyramid(Segmentation.objects.select_related("image").get(pk=segmentation_id))


class SegmentationObjects(APIView):
    """The cells of a result."""

    @extend_schema(responses=answers(OBJECTS_ANSWER))
    def get(self, request: Request, segmentation_id: UUID) -> HttpResponse:
        """Each with its box, its area and the confidence of the method."""
        segmentation = segmentation_for(actor_of(request), segmentation_id)
        return HttpResponse(result_objects(segmentation), content_type="application/json")
