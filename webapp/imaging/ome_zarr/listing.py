"""What a zip says of each of its images, found once for all children that read the file.

Each image is read by a child of its own, and finding them means to look at every description in
the zip. The first child writes what it found, a file an image; the others read theirs.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from webapp.imaging.naming.wells import Well
from webapp.imaging.ome_zarr.images import Place, ZarrImage, images_of
from webapp.imaging.ome_zarr.package import ZarrPackage
from webapp.imaging.series import check_series


@dataclass(frozen=True)
class Listed:
    """One image, and how many images, label images and other files lie in the zip."""

    image: ZarrImage
    n_images: int
    n_labels: int
    n_others: int


def image_in(package: ZarrPackage, series: int, listed_in: Path | None) -> Listed:
    """The image of a number, from what another child wrote into the folder when it is there."""
    if listed_in is None:
        return _found(package, series)
    path = _path(listed_in, series)
    if not path.is_file():
        for number, one in enumerate(_all(package)):
            _path(listed_in, number).write_text(json.dumps(asdict(one)))
    if not path.is_file():
        return _found(package, series)
    return _from_json(json.loads(path.read_text()))


def _found(package: ZarrPackage, series: int) -> Listed:
    images, n_labels = images_of(package)
    check_series(len(images), series)
    return Listed(images[series], len(images), n_labels, package.n_others)


def _all(package: ZarrPackage) -> Iterator[Listed]:
    images, n_labels = images_of(package)
    check_series(len(images), 0)
    n_others = package.n_others
    for image in images:
        yield Listed(image, len(images), n_labels, n_others)


def _path(folder: Path, series: int) -> Path:
    return folder / f"{series}.json"


def _from_json(said: dict[str, Any]) -> Listed:
    image, place = said["image"], said["image"]["place"]
    if place is not None:
        place = Place(**place | {"well": Well(**place["well"])})
    return Listed(**said | {"image": ZarrImage(image["path"], image["attributes"], place)})
