"""Which pictures stand for a project or a dataset, and how many cells it holds."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, F, IntegerField, QuerySet, Sum, Value, When, Window
from django.db.models.functions import RowNumber

from webapp.models import Image
from webapp.states import ImageState

N_COVERS = 3


def covers_by(field: str, images: QuerySet[Image]) -> dict[Any, list[Image]]:
    """Up to three images per value of `field`, those with masks first, in one query."""
    bare = Case(
        When(state=ImageState.UPLOADED, then=Value(1)),
        default=Value(0),
        output_field=IntegerField(),
    )
    ranked = images.annotate(
        place=Window(RowNumber(), partition_by=F(field), order_by=[bare, F("name"), F("id")]),
        group=F(field),
    ).filter(place__lte=N_COVERS)
    covers: dict[Any, list[Image]] = {}
    for image in ranked.order_by("place"):
        covers.setdefault(image.group, []).append(image)
    return covers


def cells_by(field: str, images: QuerySet[Image]) -> dict[Any, int]:
    """How many cells the images of every value of `field` hold."""
    rows = images.order_by().values_list(field).annotate(n=Sum("n_cells"))
    return {key: n or 0 for key, n in rows}
