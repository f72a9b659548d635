"""What every export of a dataset shares: which images, which masks, and what is said of them.

Nothing is made beforehand: tiles are sent as they lie, and only the masks of images that people
have changed are written as tiles, one image at a time, when their turn comes. What is known of an
image is looked up then, too, so that a plate of 20,000 images needs no more memory than one of 200.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import Http404

from annotations.actions.base import base_pyramid
from annotations.actions.head import open_head
from annotations.labels.pyramid import write_pyramid
from annotations.models import Annotation
from annotations.queries.annotations import standing_approval
from webapp.actions.rebuild import ask_for_rebuild
from webapp.models import Dataset, Image, User, Well
from webapp.permissions import Action, require
from webapp.queries.images import images_of
from webapp.queries.projects import dataset_for
from webapp.states import ImageState, Refused
from webapp.storage.derived import derived_root, image_folder
from webapp.storage.zip_stream import Entry, of_bytes

MOST_IMAGES = 50_000
AT_ONCE = 200
ABOUT = "coverslip.json"
DOCUMENT = "zarr.json"


class Masks(StrEnum):
    """Which masks come along."""

    CURRENT = "current"
    APPROVED = "approved"
    NONE = "none"


def images_to_export(
    actor: User, dataset_id: UUID, image_ids: Sequence[UUID] | None
) -> tuple[Dataset, list[Image]]:
    """A dataset and its images, or those of them that are named, for somebody who may have them.

    Of the images only what says where they lie: `in_turn` brings the rest. Http404 for a stranger
    and for an image that is not in the dataset; Refused when there is nothing to export, too much
    at once, or tiles are being made again.
    """
    dataset = dataset_for(actor, dataset_id)
    require(actor, Action.DOWNLOAD, dataset.project)
    rows = images_of(dataset)
    if image_ids is not None:
        rows = rows.filter(pk__in=set(image_ids))
        if rows.count() != len(set(image_ids)):
            raise Http404("Nothing is here for you.")
    # One object a well, however many images it has.
    wells = Well.objects.select_related("plate").filter(plate__dataset=dataset).in_bulk()
    images = list(rows.only("name", "site", "dataset", "well")[: MOST_IMAGES + 1])
    for image in images:
        image.dataset, image.well = dataset, wells.get(image.well_id)
    _check(images)
    return dataset, images


def in_turn(
    placed: Iterable[tuple[str, Image]],
) -> Iterator[tuple[str, Image, Annotation | None]]:
    """Each path, image and what people work on there, whole, some at a time.

    An image that was erased since is left out.
    """
    waiting = iter(placed)
    while some := list(islice(waiting, AT_ONCE)):
        ids = [image.pk for _, image in some]
        rows = Image.objects.select_related("dataset__project", "well__plate")
        whole = rows.prefetch_related("channels").in_bulk(ids)
        current = current_annotations(ids)
        for path, image in some:
            if image.pk in whole:
                yield path, whole[image.pk], current.get(image.pk)


def _check(images: Sequence[Image]) -> None:
    if not images:
        raise Refused("There is no image to export yet.")
    if len(images) > MOST_IMAGES:
        raise Refused(f"At most {MOST_IMAGES:,} images are exported at once. Select some of them.")
    missing = [image for image in images if not (pyramid_of(image) / DOCUMENT).is_file()]
    for image in missing:
        ask_for_rebuild(image.pk)
    if missing:
        raise Refused(
            f"The tiles of {len(missing)} images are being made again. Try again in a minute."
        )


def current_annotations(image_ids: Sequence[UUID]) -> dict[UUID, Annotation]:
    """What people work on, by image."""
    rows = Annotation.objects.filter(image__in=image_ids, is_current=True)
    return {row.image_id: row for row in rows}


@contextmanager
def label_pyramid(annotation_id: UUID, masks: Masks) -> Iterator[tuple[Annotation, Path] | None]:
    """The newest masks as tiles, which stay until the block ends; None when there are none."""
    scratch = derived_root() / "exports"
    scratch.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=scratch) as folder:
        with transaction.atomic():
            rows = Annotation.objects.select_related("image__dataset__project", "base")
            row = rows.select_for_update(of=("self",)).filter(pk=annotation_id).first()
            pyramid = _write_tiles(row, Path(folder), masks) if row is not None else None
        yield (row, pyramid) if row is not None and pyramid is not None else None


def _write_tiles(row: Annotation, folder: Path, masks: Masks) -> Path | None:
    if masks == Masks.APPROVED and row.state != ImageState.APPROVED:
        return None
    if not row.version:
        return base_pyramid(row) if row.base_id else None
    head = open_head(row)
    write_pyramid(folder / "labels.zarr", head.shape, head.plane)
    return folder / "labels.zarr"


def about_image(path: str, image: Image) -> dict[str, Any]:
    """What the export says of an image, before its masks."""
    well = image.well
    return {
        "path": path,
        "image": str(image.pk),
        "name": image.name,
        "file_name": image.file_name,
        "sha256": image.blob_id,
        "state": image.state,
        "plate": well.plate.name if well else "",
        "well": str(well) if well else "",
        "site": image.site,
        "condition": (
            {
                "compound": well.compound,
                "dose": well.dose,
                "unit": well.unit,
                "line": well.line,
                "replicate": well.replicate,
                "control": well.control,
                "others": well.others,
            }
            if well
            else None
        ),
        "masks": None,
    }


def about_masks(row: Annotation) -> dict[str, Any]:
    """Which version of the masks came along."""
    approval = standing_approval(row)
    return {
        "annotation": str(row.pk),
        "version": row.version,
        "edit_head": row.edit_head,
        "approved_digest": approval.digest if approval else "",
    }


def about_entry(dataset: Dataset, masks: Masks, rows: Sequence[dict[str, Any]]) -> Entry:
    """The file that says which file and which version of its masks each image is."""
    content = {
        "format": "coverslip-export",
        "format_version": 1,
        "project": {"id": str(dataset.project_id), "name": dataset.project.name},
        "dataset": {"id": str(dataset.pk), "name": dataset.name, "question": dataset.description},
        "masks": masks.value,
        "images": list(rows),
    }
    return of_bytes(ABOUT, (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode())


def pyramid_of(image: Image) -> Path:
    """Where the tiles of an image lie."""
    return image_folder(image.pk) / "pyramid.zarr"
