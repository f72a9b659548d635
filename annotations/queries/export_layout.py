"""Where each image lies in an export: in its well of its plate, else in a folder of its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from webapp.imaging.naming.wells import Well as Place
from webapp.imaging.plate_metadata import plate_metadata, row_name, well_metadata, well_path
from webapp.imaging.zarr_metadata import group
from webapp.models import Image
from webapp.storage.unique_names import safe_name, unique_names

ENDING = ".ome.zarr"


@dataclass(frozen=True)
class Layout:
    """The folders of an export: a `zarr.json` for each that holds no image, and each image's."""

    documents: tuple[tuple[str, dict[str, Any]], ...]
    images: tuple[tuple[str, Image], ...]


def lay_out(images: Sequence[Image]) -> Layout:
    """Plates first, by name, wells in order, fields by site; then images without a well."""
    by_plate: dict[Any, list[Image]] = defaultdict(list)
    for image in images:
        if image.well is not None:
            by_plate[image.well.plate_id].append(image)
    loose = [image for image in images if image.well is None]
    plates = sorted(by_plate.values(), key=lambda rows: _plate_name(rows[0]))
    names = [_plate_name(rows[0]) for rows in plates] + [image.name for image in loose]
    folders = [f"{name}{ENDING}" for name in unique_names(names)]
    documents: list[tuple[str, dict[str, Any]]] = []
    placed: list[tuple[str, Image]] = []
    for folder, rows in zip(folders, plates, strict=False):
        _lay_out_plate(folder, rows, documents, placed)
    placed += zip(folders[len(plates) :], loose, strict=True)
    return Layout(tuple(documents), tuple(placed))


def tiff_names(images: Sequence[Image]) -> list[tuple[str, Image]]:
    """A name without ending for the file of each image; those of a plate lie in its folder."""
    ordered = sorted(images, key=_place_of)
    names = unique_names([image.name for image in ordered])
    return [
        (f"{safe_name(_plate_name(image))}/{name}" if image.well else name, image)
        for name, image in zip(names, ordered, strict=True)
    ]


def _place_of(image: Image) -> tuple[str, str, int, str]:
    well = image.well
    return (_plate_name(image) if well else "", str(well or ""), image.site or 0, image.name)


def _lay_out_plate(
    folder: str,
    images: Sequence[Image],
    documents: list[tuple[str, dict[str, Any]]],
    placed: list[tuple[str, Image]],
) -> None:
    wells: dict[Place, list[Image]] = defaultdict(list)
    for image in images:
        if image.well is not None:
            wells[image.well.place].append(image)
    n_fields = {place: len(fields) for place, fields in wells.items()}
    documents.append((folder, plate_metadata(_plate_name(images[0]), n_fields)))
    documents += [(f"{folder}/{row}", group({})) for row in sorted({*map(row_name, wells)})]
    for place in sorted(wells):
        fields = sorted(wells[place], key=lambda one: (one.site or 0, one.name, str(one.pk)))
        documents.append((f"{folder}/{well_path(place)}", well_metadata(len(fields))))
        placed += [
            (f"{folder}/{well_path(place)}/{number}", image) for number, image in enumerate(fields)
        ]


def _plate_name(image: Image) -> str:
    """A plate that the names of files do not name is called after its dataset."""
    name = image.well.plate.name if image.well else ""
    return name or image.dataset.name
