"""Tiles of the label image that an annotation started with."""

from __future__ import annotations

import re
from pathlib import Path
from uuid import UUID

from annotations.actions.base import base_pyramid
from annotations.models import Annotation
from annotations.queries.base_tiles import base_grid_for
from webapp.api.lean import Answer, Asked
from webapp.api.tiles import ID, NUMBER, POSITION, guarded_tile
from webapp.storage.derived import annotation_folder

BASE_TILE = re.compile(
    rf"/api/annotations/{ID}/base/(?P<digest>[0-9a-f]{{16}})/(?P<level>{NUMBER})"
    rf"/(?P<t>{NUMBER})/(?P<z>{NUMBER})/{POSITION}"
)


def base_tile(asked: Asked) -> Answer:
    """One tile of version 0: little-endian uint32, 0 is background."""
    return guarded_tile(asked, base_grid_for, ("t", "z"), _pyramid)


def _pyramid(annotation_id: UUID) -> Path:
    """Built by the first who asks, when the worker has not done it."""
    pyramid = annotation_folder(annotation_id) / "base.zarr"
    if pyramid.exists():
        return pyramid
    return base_pyramid(Annotation.objects.select_related("image", "base").get(pk=annotation_id))
