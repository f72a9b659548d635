"""Keep the quality numbers of an image, and find the earlier image that it is a copy of."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction

from webapp.imaging.image import Channel as ReadChannel
from webapp.imaging.image import IngestedImage, Level
from webapp.imaging.quality.fingerprint import agreement
from webapp.imaging.quality.flags import MEANINGS, Flag
from webapp.imaging.quality.measure import quality_of
from webapp.models import Image, ImageQuality
from webapp.storage.derived import image_folder


def keep_quality(*, image: Image, quality: dict[str, Any]) -> None:
    """What the reader found, and the most similar image that was in the dataset before.

    In the caller's transaction. `quality` is what `imaging.quality.measure.quality_of` returns.
    """
    numbers = dict(quality.get("numbers", {}))
    mark = str(quality.get("fingerprint", ""))
    twin_id, share = _most_similar(image, mark)
    if twin_id is not None:
        numbers[Flag.DUPLICATE.value] = {"value": round(share, 4), "channel": 0}
    ImageQuality.objects.update_or_create(
        image=image, defaults={"numbers": numbers, "fingerprint": mark, "twin_id": twin_id}
    )


@transaction.atomic
def measure_quality(image_id: UUID) -> None:
    """The numbers of an image whose pyramid is there; OSError when it is not.

    They depend on the pixels and channels only, so nothing is decided and nothing logged.
    """
    image = Image.objects.select_for_update().get(pk=image_id)
    found = quality_of(image_folder(image.pk) / "pyramid.zarr", _as_read(image))
    keep_quality(image=image, quality=found)


def _most_similar(image: Image, mark: str) -> tuple[UUID | None, float]:
    """The earlier image of the dataset whose fingerprint agrees most, if well enough to ask."""
    if not mark:
        return None, 0.0
    earlier = ImageQuality.objects.filter(
        image__dataset=image.dataset_id,
        image__deleted_at=None,
        image__created_at__lt=image.created_at,
    ).exclude(fingerprint="")
    best, share = None, MEANINGS[Flag.DUPLICATE].lowest
    for other, its_mark in earlier.values_list("pk", "fingerprint").iterator():
        if (found := agreement(mark, its_mark)) > share:
            best, share = other, found
    return best, share


def _as_read(image: Image) -> IngestedImage:
    """The image as the reader described it, from its rows."""
    channels = tuple(
        ReadChannel(
            name=one.name,
            color=one.color,
            low=one.low,
            high=one.high,
            minimum=one.minimum,
            maximum=one.maximum,
            histogram=tuple(one.histogram),
            role=one.role,
        )
        for one in image.channels.all()
    )
    return IngestedImage(
        shape=image.shape,
        dtype=image.dtype,
        source_dtype=image.source_dtype,
        source_format=image.source_format,
        pixel_size_um=image.pixel_size_um,
        slice_step_um=image.slice_step_um,
        frame_interval_s=image.frame_interval_s,
        objective=image.objective,
        channels=channels,
        levels=tuple(Level(**level) for level in image.levels),
        notes=tuple(image.notes),
        axes_are_ambiguous=image.axes_are_ambiguous,
    )
