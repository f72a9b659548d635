"""The JSON beside the chunks: zarr v3 arrays and the OME-Zarr 0.5 description.

Sources: https://zarr-specs.readthedocs.io/en/latest/v3/core/index.html and
https://ngff.openmicroscopy.org/0.5/.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from webapp.imaging.image import IngestedImage, Level
from webapp.imaging.pyramid import GZIP_LEVEL
from webapp.imaging.tiles import TILE_SIZE

AXES = (
    {"name": "t", "type": "time"},
    {"name": "c", "type": "channel"},
    {"name": "z", "type": "space"},
    {"name": "y", "type": "space"},
    {"name": "x", "type": "space"},
)


def write_metadata(pyramid: Path, image: IngestedImage) -> None:
    """Write `zarr.json` of the group and of every level."""
    for level in image.levels:
        _write(pyramid / str(level.level) / "zarr.json", _array(image, level))
    _write(pyramid / "zarr.json", group_metadata(image))


def group_metadata(image: IngestedImage, name: str = "") -> dict[str, Any]:
    """The `zarr.json` of the group that holds an image's levels."""
    ome = _ome(image)
    if name:
        ome["multiscales"][0]["name"] = name
    return group({"ome": ome})


def group(attributes: dict[str, Any]) -> dict[str, Any]:
    """The `zarr.json` of a group."""
    return {"zarr_format": 3, "node_type": "group", "attributes": attributes}


def as_json(value: dict[str, Any]) -> bytes:
    """The bytes of a `zarr.json`."""
    return (json.dumps(value, indent=2, sort_keys=True) + "\n").encode()


def _write(path: Path, value: dict[str, Any]) -> None:
    path.write_bytes(as_json(value))


def _array(image: IngestedImage, level: Level) -> dict[str, Any]:
    """Return the metadata of one level as a regular grid of gzipped chunks."""
    return {
        "zarr_format": 3,
        "node_type": "array",
        "shape": [*image.shape[:3], level.height, level.width],
        "data_type": image.dtype,
        "chunk_grid": {
            "name": "regular",
            "configuration": {"chunk_shape": [1, 1, 1, TILE_SIZE, TILE_SIZE]},
        },
        "chunk_key_encoding": {"name": "default", "configuration": {"separator": "/"}},
        "fill_value": 0.0 if image.dtype == "float32" else 0,
        "codecs": [
            {"name": "bytes", "configuration": {"endian": "little"}},
            {"name": "gzip", "configuration": {"level": GZIP_LEVEL}},
        ],
        "dimension_names": [axis["name"] for axis in AXES],
        "attributes": {},
        "storage_transformers": [],
    }


def _ome(image: IngestedImage) -> dict[str, Any]:
    """Return the `ome` attribute: multiscales and how to show the channels."""
    datasets = [
        {"path": str(level.level), "coordinateTransformations": _placement(image, level.level)}
        for level in image.levels
    ]
    multiscale = {"axes": _axes_with_units(image), "datasets": datasets, "type": "mean"}
    channels = [
        {
            "label": channel.name,
            "color": channel.color[1:].upper(),
            "active": True,
            "window": {
                "min": channel.minimum,
                "max": channel.maximum,
                "start": channel.low,
                "end": channel.high,
            },
        }
        for channel in image.channels
    ]
    return {"version": "0.5", "multiscales": [multiscale], "omero": {"channels": channels}}


def _axes_with_units(image: IngestedImage) -> list[dict[str, str]]:
    """Return the axes with a unit where the physical size is known."""
    axes = [dict(axis) for axis in AXES]
    if image.frame_interval_s is not None:
        axes[0]["unit"] = "second"
    if image.slice_step_um is not None:
        axes[2]["unit"] = "micrometer"
    if image.pixel_size_um is not None:
        axes[3]["unit"] = axes[4]["unit"] = "micrometer"
    return axes


def _placement(image: IngestedImage, level: int) -> list[dict[str, Any]]:
    """Return the size of a pixel of a level, and where the centre of its first pixel lies."""
    y, x = image.pixel_size_um or (1.0, 1.0)
    factor = 2**level
    before = [image.frame_interval_s or 1.0, 1.0, image.slice_step_um or 1.0]
    shift = (factor - 1) / 2
    return [
        {"type": "scale", "scale": [*before, y * factor, x * factor]},
        {"type": "translation", "translation": [0.0, 0.0, 0.0, y * shift, x * shift]},
    ]
