"""Writes OME-Zarr as other programs do, with the zarr library, and zips it."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import zarr
from numpy.typing import NDArray


def write_image(
    folder: Path,
    pixels: NDArray[Any],
    axes: str,
    *,
    version: str = "0.5",
    scales: dict[str, float] | None = None,
    units: dict[str, str] | None = None,
    channels: list[dict[str, Any]] | None = None,
    name: str = "",
    **options: Any,
) -> Path:
    """Write one image group with one level; `options` go to zarr.create_array."""
    zarr_format = 3 if version == "0.5" else 2
    group = zarr.open_group(folder, mode="w", zarr_format=zarr_format)
    group.create_array("0", data=pixels, **options)
    kinds = {"t": "time", "c": "channel"}
    described: dict[str, Any] = {
        "axes": [
            {"name": axis, "type": kinds.get(axis, "space")}
            | ({"unit": units[axis]} if units and axis in units else {})
            for axis in axes
        ],
        "datasets": [
            {
                "path": "0",
                "coordinateTransformations": [
                    {"type": "scale", "scale": [(scales or {}).get(axis, 1.0) for axis in axes]}
                ],
            }
        ],
    }
    if name:
        described["name"] = name
    attributes: dict[str, Any] = {"multiscales": [described]}
    if channels:
        attributes["omero"] = {"channels": channels}
    set_attributes(folder, attributes, version)
    return folder


def write_plate(folder: Path, wells: dict[str, list[NDArray[Any]]], version: str = "0.5") -> Path:
    """Write a plate: "B/03" to the images of its sites, each (Y, X)."""
    zarr_format = 3 if version == "0.5" else 2
    zarr.open_group(folder, mode="w", zarr_format=zarr_format)
    set_attributes(
        folder, {"plate": {"name": "P1", "wells": [{"path": path} for path in wells]}}, version
    )
    for path, sites in wells.items():
        zarr.open_group(folder / path, mode="w", zarr_format=zarr_format)
        fields = {"well": {"images": [{"path": str(n)} for n in range(len(sites))]}}
        set_attributes(folder / path, fields, version)
        for number, pixels in enumerate(sites):
            write_image(folder / path / str(number), pixels, "yx", version=version)
    return folder


def set_attributes(folder: Path, attributes: dict[str, Any], version: str) -> None:
    """Write what OME says of a group where its version says it."""
    if version != "0.5":
        (folder / ".zattrs").write_text(json.dumps(attributes))
        return
    described = json.loads((folder / "zarr.json").read_text())
    described["attributes"] = {"ome": {"version": version} | attributes}
    (folder / "zarr.json").write_text(json.dumps(described))


def zipped(folder: Path, target: Path, inside: str = "image.ome.zarr") -> Path:
    """Zip a folder without compression, under a name of its own or at the root."""
    with zipfile.ZipFile(target, "w") as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                relative = path.relative_to(folder).as_posix()
                archive.write(path, f"{inside}/{relative}" if inside else relative)
    return target
