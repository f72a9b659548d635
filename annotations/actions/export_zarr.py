"""A dataset as OME-Zarr 0.5, with plates where wells are known and masks as labels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from annotations.actions.export import (
    DOCUMENT,
    Masks,
    about_entry,
    about_image,
    about_masks,
    images_to_export,
    in_turn,
    label_pyramid,
    pyramid_of,
)
from annotations.labels import export
from annotations.models import Annotation, CellClass
from annotations.queries.export_layout import lay_out
from annotations.queries.facts import facts_at
from webapp.imaging.zarr_metadata import as_json, group_metadata
from webapp.models import Dataset, Image, User
from webapp.queries.read_image import as_read
from webapp.storage.zip_stream import Entry, of_bytes, of_file


def export_zarr(
    actor: User, dataset_id: UUID, masks: Masks, image_ids: Sequence[UUID] | None = None
) -> tuple[Dataset, Iterator[Entry]]:
    """The files of an export, each made at its turn; raises what `images_to_export` does."""
    dataset, images = images_to_export(actor, dataset_id, image_ids)
    return dataset, _entries(dataset, images, masks)


def _entries(dataset: Dataset, images: Sequence[Image], masks: Masks) -> Iterator[Entry]:
    layout = lay_out(images)
    for path, document in layout.documents:
        yield of_bytes(f"{path}/{DOCUMENT}", as_json(document))
    rows: list[dict[str, Any]] = []
    for path, image, annotation in in_turn(layout.images):
        yield from _image_entries(path, image)
        about = about_image(path, image)
        if annotation is not None and masks != Masks.NONE:
            yield from _label_entries(path, annotation, masks, about)
        rows.append(about)
    yield about_entry(dataset, masks, rows)


def _image_entries(path: str, image: Image) -> Iterator[Entry]:
    """The pyramid as it lies, under a description with what people corrected since."""
    pyramid = pyramid_of(image)
    yield of_bytes(f"{path}/{DOCUMENT}", as_json(group_metadata(as_read(image), image.name)))
    for file in sorted(pyramid.rglob("*")):
        if file.is_file() and file != pyramid / DOCUMENT:
            yield of_file(f"{path}/{file.relative_to(pyramid).as_posix()}", file)


def _label_entries(
    path: str, annotation: Annotation, masks: Masks, about: dict[str, Any]
) -> Iterator[Entry]:
    """The masks as they are at their turn; `about` gets to know which version that is."""
    with label_pyramid(annotation.pk, masks) as found:
        if found is None:
            return
        row, pyramid = found
        about["masks"] = about_masks(row)
        folder = f"{path}/labels"
        yield of_bytes(f"{folder}/{DOCUMENT}", export.as_json(export.labels_group()))
        for name, document in _label_documents(row):
            yield of_bytes(f"{folder}/{export.NAME}/{name}", export.as_json(document))
        for name, file in export.label_tiles(pyramid):
            yield of_file(f"{folder}/{export.NAME}/{name}", file)


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
