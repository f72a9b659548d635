"""Label images of an OME-Zarr (0.4 and 0.5, as a zip): each beside the image that it belongs to."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotations.labels.importing.entry import FileOfMasks, Unfit
from annotations.labels.importing.raster import RasterEntry
from webapp.imaging.limits import Limits, check_shape
from webapp.imaging.ome_zarr.array import check_array
from webapp.imaging.ome_zarr.multiscales import Multiscales, read_multiscales
from webapp.imaging.ome_zarr.opening import ZarrReader, open_array
from webapp.imaging.ome_zarr.package import METADATA, ZarrPackage
from webapp.imaging.reader import Facts

NO_LABELS = (
    "There is no label image in this OME-Zarr: none of its groups is called an image-label or lies "
    "in a folder “labels”. Drop the masks as a label TIFF."
)
SEVERAL_CHANNELS = "A label image of this OME-Zarr has {n} channels; masks have one number a pixel."
_LABELS = "labels"


def is_zarr(source: Path) -> bool:
    """Whether a zip is the folder of a Zarr."""
    names = ZarrPackage(source).names
    return any(name.rsplit("/", 1)[-1] in METADATA for name in names)


def open_zarr_labels(source: Path, name: str, limits: Limits) -> FileOfMasks:
    """An entry for every label image, named as the image that it lies in."""
    package = ZarrPackage(source)
    entries = [
        _entry(package, path, attributes, name, limits)
        for path, attributes in sorted(package.groups.items())
        if "multiscales" in attributes and _is_labels(path, attributes)
    ]
    if not entries:
        raise Unfit(NO_LABELS)
    return FileOfMasks("OME-Zarr labels", entries)


def _is_labels(path: str, attributes: dict[str, Any]) -> bool:
    return "image-label" in attributes or _LABELS in path.split("/")[:-1]


def _entry(
    package: ZarrPackage, path: str, attributes: dict[str, Any], name: str, limits: Limits
) -> RasterEntry:
    scales = read_multiscales(path, attributes)
    reader = _reader(package, scales, limits)
    n_frames, n_channels, n_slices, height, width = reader.facts.shape
    if n_channels > 1:
        raise Unfit(SEVERAL_CHANNELS.format(n=n_channels))
    return RasterEntry(
        _image_name(package, path, name),
        (n_frames, n_slices),
        (height, width),
        lambda number: _plane(reader, *divmod(number, n_slices)),
        are_told=True,
        notes=(f"This is the label image “{path.rsplit('/', 1)[-1]}”.",) if "/" in path else (),
        classes=_classes(attributes),
    )


def _reader(package: ZarrPackage, scales: Multiscales, limits: Limits) -> ZarrReader:
    sizes = dict.fromkeys("tczyx", 1) | dict(
        zip(scales.axes, check_array(package, scales.array), strict=True)
    )
    shape = (sizes["t"], sizes["c"], sizes["z"], sizes["y"], sizes["x"])
    check_shape(shape, limits)
    array = open_array(package.source, scales.array)
    return ZarrReader(Facts(shape, array.dtype.name, "OME-Zarr"), array, scales.axes)


def _classes(attributes: dict[str, Any]) -> dict[str, list[int]]:
    """The kinds of cells, where the description of the labels names them."""
    about = attributes.get("image-label")
    properties = about.get("properties") if isinstance(about, dict) else None
    found: defaultdict[str, list[int]] = defaultdict(list)
    for one in properties if isinstance(properties, list) else ():
        if isinstance(one, dict) and one.get("class") and isinstance(one.get("label-value"), int):
            found[str(one["class"])[:60]].append(one["label-value"])
    return dict(found)


def _image_name(package: ZarrPackage, path: str, zip_name: str) -> str:
    """The folder around labels/NAME, the name of an image in a well, or that of the zip."""
    folders = path.split("/")
    if _LABELS in folders:
        folders = folders[: folders.index(_LABELS)]
    if not folders or not folders[-1]:
        return zip_name
    if not folders[-1].isdigit():
        return folders[-1]
    around = package.groups.get("/".join(folders), {}).get("multiscales")
    named = around[0].get("name") if isinstance(around, list) and around else None
    return str(named) if named else folders[-1]


def _plane(reader: ZarrReader, t: int, z: int) -> NDArray[Any]:
    bands = list(reader.bands(t, z))
    plane: NDArray[Any] = np.concatenate([band.pixels[0] for band in bands])
    return plane
