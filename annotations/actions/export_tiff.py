"""A dataset as OME-TIFF, which OMERO, Fiji and QuPath open: a file an image, a file its masks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

from annotations.actions.export import (
    Masks,
    about_entry,
    about_image,
    about_masks,
    images_to_export,
    in_turn,
    label_pyramid,
    pyramid_of,
)
from annotations.labels.export import ome_tiff_of_labels
from annotations.models import Annotation
from annotations.queries.export_layout import tiff_names
from webapp.imaging.ome_tiff import ome_tiff
from webapp.imaging.tiled_tiff import TiledTiff
from webapp.models import Dataset, Image, User
from webapp.queries.read_image import as_read
from webapp.storage.zip_stream import Entry

IMAGE_ENDING = ".ome.tif"
MASKS_ENDING = ".cells.ome.tif"


def export_tiff(
    actor: User, dataset_id: UUID, masks: Masks, image_ids: Sequence[UUID] | None = None
) -> tuple[Dataset, Iterator[Entry]]:
    """The files of an export, each made at its turn; raises what `images_to_export` does."""
    dataset, images = images_to_export(actor, dataset_id, image_ids)
    return dataset, _entries(dataset, images, masks)


def _entries(dataset: Dataset, images: Sequence[Image], masks: Masks) -> Iterator[Entry]:
    rows: list[dict[str, Any]] = []
    for name, image, annotation in in_turn(tiff_names(images)):
        read = as_read(image)
        yield _of_tiff(f"{name}{IMAGE_ENDING}", ome_tiff(pyramid_of(image), read, image.name))
        about = about_image(f"{name}{IMAGE_ENDING}", image)
        if annotation is not None and masks != Masks.NONE:
            yield from _label_entry(name, annotation, masks, about)
        rows.append(about)
    yield about_entry(dataset, masks, rows)


def _label_entry(
    name: str, annotation: Annotation, masks: Masks, about: dict[str, Any]
) -> Iterator[Entry]:
    """The masks as they are at their turn; `about` gets to know which version that is."""
    with label_pyramid(annotation.pk, masks) as found:
        if found is None:
            return
        row, pyramid = found
        about["masks"] = about_masks(row) | {"path": f"{name}{MASKS_ENDING}"}
        yield _of_tiff(f"{name}{MASKS_ENDING}", _labels(pyramid, row.image))


def _labels(pyramid: Path, image: Image) -> TiledTiff:
    # What an image does not say of its size, its masks do not say either.
    read = replace(as_read(image), dtype="uint32")
    return ome_tiff_of_labels(pyramid, read, f"{image.name}, cells")


def _of_tiff(name: str, tiff: TiledTiff) -> Entry:
    return Entry(name, tiff.n_bytes, tiff.pieces)
