"""Images: add after reading, correct what the file said about them."""

from __future__ import annotations

import math
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.http import Http404

from webapp import events
from webapp.actions.channels import change_channels
from webapp.actions.names import clean_name
from webapp.actions.quality_numbers import keep_quality
from webapp.actions.setups import recognize_setup
from webapp.actions.wells import DatasetWells
from webapp.audit.log import record_event
from webapp.audit.verbs import Verb
from webapp.imaging.image import IngestedImage
from webapp.imaging.naming.wells import Well as Place
from webapp.models import Channel, Dataset, Image, Upload, User, Well
from webapp.permissions import Action, require
from webapp.queries.images import image_for
from webapp.states import Refused

MAX_NAME_LENGTH = 255
METADATA_FIELDS = ("pixel_size_y_um", "pixel_size_x_um", "slice_step_um", "frame_interval_s")


def image_id_of(upload: Upload, series: int) -> UUID:
    """The id of an image of a file before it is there: the upload's own for the first."""
    return upload.pk if series == 0 else uuid5(upload.pk, f"series {series}")


def add_image(*, upload: Upload, content: IngestedImage, series: int = 0) -> Image:
    """Image number `series` of a read upload, in the caller's transaction."""
    if upload.blob_id is None:
        raise ValueError("the original bytes are kept before an image is made of them")
    n_frames, n_channels, n_slices, height, width = content.shape
    pixel_size = content.pixel_size_um or (None, None)
    image = Image.objects.create(
        id=image_id_of(upload, series),
        upload=upload,
        series=series,
        n_series=content.n_series,
        dataset=upload.dataset,
        name=_name(upload.file_name, content),
        file_name=upload.file_name,
        blob_id=upload.blob_id,
        n_frames=n_frames,
        n_channels=n_channels,
        n_slices=n_slices,
        height=height,
        width=width,
        dtype=content.dtype,
        source_dtype=content.source_dtype,
        source_format=content.source_format,
        pixel_size_y_um=pixel_size[0],
        pixel_size_x_um=pixel_size[1],
        slice_step_um=content.slice_step_um,
        frame_interval_s=content.frame_interval_s,
        objective=(content.objective or "")[:200],
        setup=recognize_setup(
            actor=upload.created_by, project=upload.dataset.project, content=content
        ),
        axes_are_ambiguous=content.axes_are_ambiguous,
        axes_said=upload.axes,
        well=_well_of(upload, content),
        site=content.site,
        levels=[
            {"level": level.level, "height": level.height, "width": level.width}
            for level in content.levels
        ],
        notes=list(content.notes),
        created_by=upload.created_by,
    )
    Channel.objects.bulk_create(
        Channel(
            image=image,
            index=index,
            name=channel.name[:100],
            role=channel.role,
            color=channel.color,
            low=channel.low,
            high=channel.high,
            minimum=channel.minimum,
            maximum=channel.maximum,
            histogram=list(channel.histogram),
        )
        for index, channel in enumerate(content.channels)
    )
    keep_quality(image=image, quality=content.quality)
    record_event(
        upload.created_by,
        Verb.IMAGE_ADDED,
        image,
        project=upload.dataset.project,
        file_name=upload.file_name,
        sha256=upload.blob_id,
        shape=list(content.shape),
        dtype=content.source_dtype,
        pixel_size_um=list(content.pixel_size_um) if content.pixel_size_um else None,
        channels=[channel.name for channel in content.channels],
        channel_roles=[str(channel.role) for channel in content.channels],
        **({"series": [series, content.n_series]} if content.n_series > 1 else {}),
        **({"axes_said": upload.axes} if upload.axes else {}),
    )
    tell_image(image)
    return image


@transaction.atomic
def change_metadata(
    *,
    actor: User,
    image_id: UUID,
    name: str | None = None,
    channel_names: list[str] | None = None,
    channel_roles: list[str] | None = None,
    **sizes: float | None,
) -> Image:
    """Correct what the file said: name, pixel size, z step, time step, channel names and roles.

    `sizes` are fields of METADATA_FIELDS; None empties one. The log keeps before and after.
    """
    image = image_for(actor, image_id)
    require(actor, Action.EDIT_METADATA, image.dataset.project)
    image = (
        Image.objects.select_for_update(of=("self",))
        .select_related("dataset__project")
        .get(pk=image.pk)
    )
    changes: dict[str, Any] = {}
    if name is not None and clean_name(name, "image") != image.name:
        changes["name"] = [image.name, clean_name(name, "image")]
        image.name = changes["name"][1]
    for field, value in sizes.items():
        _change_size(image, field, value, changes)
    if (image.pixel_size_y_um is None) != (image.pixel_size_x_um is None):
        raise Refused("Give both the height and the width of a pixel, or neither.")
    if changes:
        image.save(update_fields=list(changes))
    changes |= change_channels(image, channel_names, channel_roles)
    if changes:
        record_event(
            actor, Verb.IMAGE_METADATA_CHANGED, image, project=image.dataset.project, **changes
        )
        tell_image(image)
    return image


@transaction.atomic
def change_display(*, actor: User, image_id: UUID, channel_index: int, **shown: Any) -> Channel:
    """How a channel is shown by default: color, low, high, gamma. Pixels do not change."""
    image = image_for(actor, image_id)
    require(actor, Action.EDIT_METADATA, image.dataset.project)
    channel = image.channels.filter(index=channel_index).first()
    if channel is None:
        raise Http404
    for field in ("color", "low", "high", "gamma"):
        if field in shown:
            setattr(channel, field, shown[field])
    channel.save()
    return channel


def tell_image(image: Image) -> None:
    """After commit: the card of this image on everybody's dataset page."""
    events.tell_project(
        image.dataset.project_id,
        {
            "type": "image",
            "image": str(image.pk),
            "dataset": str(image.dataset_id),
            "state": str(image.state),
            "n_cells": image.n_cells,
        },
    )


def _well_of(upload: Upload, content: IngestedImage) -> Well | None:
    """The well that the file itself names, made when it is not there yet."""
    if not content.well:
        return None
    # Two files at once would make the same plate twice.
    dataset = Dataset.objects.select_for_update().get(pk=upload.dataset_id)
    return DatasetWells(dataset).get(content.plate[:120], Place.written(content.well))


def _name(file_name: str, content: IngestedImage) -> str:
    """The file's name without its ending; of several images also what the file calls this one."""
    stem = PurePosixPath(file_name).stem
    for ending in (".zarr", ".ome"):
        stem = stem.removesuffix(ending)
    stem = stem or file_name
    return f"{stem} - {content.series_name}"[:MAX_NAME_LENGTH] if content.series_name else stem


def _change_size(image: Image, field: str, value: float | None, changes: dict[str, Any]) -> None:
    if field not in METADATA_FIELDS:
        raise Refused(f"There is no {field} to change.")
    if value is not None and not (math.isfinite(value) and value > 0):
        raise Refused("A size or a time step is a number above zero.")
    if getattr(image, field) != value:
        changes[field] = [getattr(image, field), value]
        setattr(image, field, value)
