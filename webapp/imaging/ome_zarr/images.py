"""Which images lie in an OME-Zarr: one, a collection of several, or those of a plate."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from webapp.imaging.limits import UnreadableImage
from webapp.imaging.naming.wells import Well
from webapp.imaging.ome_zarr.package import ZarrPackage, joined
from webapp.imaging.series import numbered

NONE_HERE = (
    "There is no image in this zip that an OME-Zarr describes. If it was copied from a folder, "
    "the files that begin with a dot (.zattrs, .zarray) may be missing; zip it with them."
)


@dataclass(frozen=True)
class Place:
    """Where an image was taken on a plate; `site` counts from 1."""

    plate: str
    well: Well
    site: int
    n_sites: int


@dataclass(frozen=True)
class ZarrImage:
    """One image: its group in the zip, its attributes, and its place on a plate."""

    path: str
    attributes: dict[str, Any]
    place: Place | None = None

    def name(self, number: int, n_images: int) -> str:
        """Return what tells it from the others of the file."""
        if n_images == 1:
            return ""
        if self.place is not None:
            site = f" site {self.place.site}" if self.place.n_sites > 1 else ""
            return f"{self.place.plate} {self.place.well}{site}".strip()
        said = self.attributes["multiscales"][0].get("name")
        return str(said).strip("/ ") if said else self.path or numbered("Image", number, n_images)


def images_of(package: ZarrPackage) -> tuple[list[ZarrImage], int]:
    """Return the images, those of plates by well and site, and how many label images lie beside.

    Raises UnreadableImage when there is none.
    """
    places = _places(package)
    found, n_labels = [], 0
    for path, attributes in package.groups.items():
        scales = attributes.get("multiscales")
        if not (isinstance(scales, list) and scales and isinstance(scales[0], dict)):
            continue
        if "image-label" in attributes or "labels" in path.split("/")[:-1]:
            n_labels += 1
            continue
        found.append(ZarrImage(path, attributes, places.get(path)))
    if not found:
        raise UnreadableImage(NONE_HERE)
    return sorted(found, key=_order), n_labels


def _places(package: ZarrPackage) -> dict[str, Place]:
    """Return the place of each image that a plate names, by the image's path."""
    places: dict[str, Place] = {}
    for path, attributes in package.groups.items():
        plate = attributes.get("plate")
        if not isinstance(plate, dict):
            continue
        name = str(plate.get("name") or "")
        for one in plate.get("wells") or []:
            places |= _of_well(package, path, name, one if isinstance(one, dict) else {})
    return places


def _of_well(
    package: ZarrPackage, plate_path: str, plate: str, one: dict[str, Any]
) -> dict[str, Place]:
    """Return the places of the fields of one well; none when the well cannot be understood."""
    path = str(one.get("path", ""))
    try:
        well = Well.written(path.replace("/", ""))
    except ValueError:
        return {}
    group = package.groups.get(joined(plate_path, path), {}).get("well")
    images = group.get("images") if isinstance(group, dict) else None
    fields = [image for image in images or [] if isinstance(image, dict) and image.get("path")]
    return {
        joined(plate_path, path, str(image["path"])): Place(plate, well, site, len(fields))
        for site, image in enumerate(fields, start=1)
    }


def _order(image: ZarrImage) -> tuple[Any, ...]:
    place = image.place
    if place is not None:
        return (0, place.plate, place.well.row, place.well.column, place.site)
    natural = [
        (int(part), "") if part.isdigit() else (0, part)
        for part in re.findall(r"\d+|\D+", image.path)
    ]
    return (1, natural)
