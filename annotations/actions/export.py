"""A dataset as OME-Zarr 0.5, with plates where wells are known and masks as labels.

Nothing is made beforehand: tiles are sent as they lie, and only the masks of images that people
have changed are written as tiles, one image at a time, when their turn comes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import Http404

from annotations.actions.base import base_pyramid
from annotations.actions.head import open_head
from annotations.labels import export
from annotations.labels.pyramid import write_pyramid
from annotations.models import Annotation, CellClass
from annotations.queries.annotations import standing_approval
from annotations.queries.export_layout import lay_out
from annotations.queries.facts import facts_at
from webapp.actions.rebuild import ask_for_rebuild
from webapp.imaging.zarr_metadata import as_json, group_metadata
from webapp.models import Dataset, Image, User
from webapp.permissions import Action, require
from webapp.queries.images import images_of
from webapp.queries.projects import dataset_for
from webapp.queries.read_image import as_read
from webapp.states import ImageState, Refused
from webapp.storage.derived import derived_root, image_folder
from webapp.storage.zip_stream import Entry, of_bytes, of_file

MOST_IMAGES = 2000
ABOUT = "coverslip.json"
DOCUMENT = "zarr.json"


class Masks(StrEnum):
    """Which masks come along."""

    CURRENT = "current"
    APPROVED = "approved"
    NONE = "none"


def export_for(
    actor: User, dataset_id: UUID, masks: Masks, image_ids: Sequence[UUID] | None = None
) -> tuple[Dataset, Iterator[Entry]]:
    """The files of an export of a dataset, or of some of its images, each made at its turn.

    Http404 for a stranger and for an image that is not in the dataset; Refused when there is
    nothing to export, too much at once, or tiles are being made again.
    """
    dataset = dataset_for(actor, dataset_id)
    require(actor, Action.DOWNLOAD, dataset.project)
    rows = images_of(dataset).select_related("dataset__project", "well__plate")
    if image_ids is not None:
        rows = rows.filter(pk__in=set(image_ids))
        if rows.count() != len(set(image_ids)):
            raise Http404("Nothing is here for you.")
    images = list(rows.prefetch_related("channels")[: MOST_IMAGES + 1])
    _check(images)
    return dataset, _entries(dataset, images, masks)


def _check(images: Sequence[Image]) -> None:
    if not images:
        raise Refused("There is no image to export yet.")
    if len(images) > MOST_IMAGES:
        raise Refused(f"At most {MOST_IMAGES} images are exported at once. Select some of them.")
    missing = [image for image in images if not (_pyramid_of(image) / DOCUMENT).is_file()]
    for image in missing:
        ask_for_rebuild(image.pk)
    if missing:
        raise Refused(
            f"The tiles of {len(missing)} images are being made again. Try again in a minute."
        )


def _entries(dataset: Dataset, images: Sequence[Image], masks: Masks) -> Iterator[Entry]:
    layout = lay_out(images)
    for path, document in layout.documents:
        yield of_bytes(f"{path}/{DOCUMENT}", as_json(document))
    current = {
        row.image_id: row
        for row in Annotation.objects.filter(image__in=[one.pk for one in images], is_current=True)
    }
    rows: list[dict[str, Any]] = []
    for path, image in layout.images:
        yield from _image_entries(path, image)
        about = _about(path, image)
        annotation = current.get(image.pk)
        if annotation is not None and masks != Masks.NONE:
            yield from _label_entries(path, annotation, masks, about)
        rows.append(about)
    yield of_bytes(ABOUT, _about_all(dataset, masks, rows))


def _image_entries(path: str, image: Image) -> Iterator[Entry]:
    """The pyramid as it lies, under a description with what people corrected since."""
    pyramid = _pyramid_of(image)
    yield of_bytes(f"{path}/{DOCUMENT}", as_json(group_metadata(as_read(image), image.name)))
    for file in sorted(pyramid.rglob("*")):
        if file.is_file() and file != pyramid / DOCUMENT:
            yield of_file(f"{path}/{file.relative_to(pyramid).as_posix()}", file)


def _label_entries(
    path: str, annotation: Annotation, masks: Masks, about: dict[str, Any]
) -> Iterator[Entry]:
    """The masks as they are at their turn; `about` gets to know which version that is."""
    with _label_pyramid(annotation.pk, masks) as found:
        if found is None:
            return
        row, pyramid = found
        approval = standing_approval(row)
        about["masks"] = {
            "annotation": str(row.pk),
            "version": row.version,
            "edit_head": row.edit_head,
            "approved_digest": approval.digest if approval else "",
        }
        folder = f"{path}/labels"
        yield of_bytes(f"{folder}/{DOCUMENT}", export.as_json(export.labels_group()))
        for name, document in _label_documents(row):
            yield of_bytes(f"{folder}/{export.NAME}/{name}", export.as_json(document))
        for name, file in export.label_tiles(pyramid):
            yield of_file(f"{folder}/{export.NAME}/{name}", file)


@contextmanager
def _label_pyramid(annotation_id: UUID, masks: Masks) -> Iterator[tuple[Annotation, Path] | None]:
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


def _label_documents(row: Annotation) -> Iterator[tuple[str, dict[str, Any]]]:
    image = row.image
    y, x = image.pixel_size_um or (1.0, 1.0)
    scale = (image.frame_interval_s or 1.0, image.slice_step_um or 1.0, y, x)
    known = {"t": image.frame_interval_s, "z": image.slice_step_um, "y": image.pixel_size_y_um}
    units = {axis: "micrometer" for axis, value in known.items() if value is not None}
    units |= {"t": "second"} if "t" in units else {}
    units |= {"x": "micrometer"} if image.pixel_size_x_um is not None else {}
    shape = (image.n_frames, image.n_slices, image.height, image.width)
    return export.label_documents(shape, scale, units, _classes(row))


def _classes(row: Annotation) -> dict[int, str]:
    """What the cells are called that have a class."""
    cells = facts_at(row, row.version).cells
    given = {label: str(said["class"]) for label, said in cells.items() if said.get("class")}
    rows = CellClass.objects.filter(pk__in=set(given.values()))
    names = {str(one.pk): one.name for one in rows}
    return {label: names[pk] for label, pk in given.items() if pk in names}


def _about(path: str, image: Image) -> dict[str, Any]:
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


def _about_all(dataset: Dataset, masks: Masks, rows: Sequence[dict[str, Any]]) -> bytes:
    content = {
        "format": "coverslip-export",
        "format_version": 1,
        "project": {"id": str(dataset.project_id), "name": dataset.project.name},
        "dataset": {"id": str(dataset.pk), "name": dataset.name, "question": dataset.description},
        "masks": masks.value,
        "images": list(rows),
    }
    return (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode()


def _pyramid_of(image: Image) -> Path:
    return image_folder(image.pk) / "pyramid.zarr"
