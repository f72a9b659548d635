"""A label pyramid as the labels of an OME-Zarr image, or as an OME-TIFF: the same tiles.

The specification wants the axes of labels to be those of their image, and readers do too.
Sources: https://ngff.openmicroscopy.org/0.5/#labels-md and #label-md.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from annotations.labels.digest import Shape
from annotations.labels.pyramid import TILE_SIZE, Level, levels_of
from webapp.imaging.image import IngestedImage
from webapp.imaging.ome_tiff import ome_xml
from webapp.imaging.tiled_tiff import TiledTiff, levels_of_plane

NAME = "cells"
Scale = tuple[float, float, float, float]
"""Size of a pixel along T, Z, Y, X."""
Units = Mapping[str, str]
"""The unit of each axis that has one, by its letter."""


def label_tiles(pyramid: Path) -> Iterator[tuple[str, Path]]:
    """The tiles of a pyramid with their paths in the export, in order."""
    for path in sorted(pyramid.rglob("*")):
        parts = path.relative_to(pyramid).parts
        if len(parts) == 6 and parts[1] == "c" and path.is_file():
            level, _, t, z, row, column = parts
            yield f"{level}/c/{t}/0/{z}/{row}/{column}", path


def label_documents(
    shape: Shape, scale: Scale, units: Units, classes: Mapping[int, str]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every `zarr.json` of labels (T, Z, Y, X) with its path; `classes` names those of cells."""
    levels = levels_of(*shape[2:])
    yield "zarr.json", _group(levels, scale, units, classes)
    for level in levels:
        yield f"{level.level}/zarr.json", _array(shape, level)


def ome_tiff_of_labels(pyramid: Path, image: IngestedImage, name: str) -> TiledTiff:
    """A label pyramid of an image as a file with one channel of uint32: frames, then slices."""
    n_frames, _, n_slices, height, width = image.shape
    sizes = [(level.height, level.width) for level in levels_of(height, width)]
    planes = [
        levels_of_plane(sizes, _tiles_of(pyramid, t, z))
        for t in range(n_frames)
        for z in range(n_slices)
    ]
    channel = replace(image.channels[0], name=NAME, color="#ffffff")
    return TiledTiff(np.dtype(np.uint32), planes, ome_xml(image, name, [channel]))


def _tiles_of(pyramid: Path, t: int, z: int) -> Callable[[int, int, int], Path]:
    """Where the tiles of a plane lie."""
    return lambda level, row, col: (
        pyramid / str(level) / "c" / str(t) / str(z) / str(row) / str(col)
    )


def labels_group() -> dict[str, Any]:
    """The `zarr.json` of the group that names the label images of an image."""
    ome = {"version": "0.5", "labels": [NAME]}
    return {"zarr_format": 3, "node_type": "group", "attributes": {"ome": ome}}


def as_json(value: dict[str, Any]) -> bytes:
    """The bytes of a `zarr.json`."""
    return (json.dumps(value, indent=2) + "\n").encode()


def _group(
    levels: Sequence[Level], scale: Scale, units: Units, classes: Mapping[int, str]
) -> dict[str, Any]:
    kinds = {"t": "time", "c": "channel", "z": "space", "y": "space", "x": "space"}
    axes = [
        {"name": name, "type": kind, **({"unit": units[name]} if name in units else {})}
        for name, kind in kinds.items()
    ]
    t, z, y, x = scale
    datasets = [
        {
            "path": str(level.level),
            "coordinateTransformations": [
                {"type": "scale", "scale": [t, 1.0, z, y * 2**level.level, x * 2**level.level]}
            ],
        }
        for level in levels
    ]
    multiscale = {"name": NAME, "axes": axes, "datasets": datasets, "type": "nearest"}
    about: dict[str, Any] = {"source": {"image": "../../"}}
    if classes:
        about["properties"] = [
            {"label-value": label, "class": name} for label, name in sorted(classes.items())
        ]
    ome = {"version": "0.5", "multiscales": [multiscale], "image-label": about}
    return {"zarr_format": 3, "node_type": "group", "attributes": {"ome": ome}}


def _array(shape: Shape, level: Level) -> dict[str, Any]:
    n_frames, n_slices = shape[:2]
    return {
        "zarr_format": 3,
        "node_type": "array",
        "shape": [n_frames, 1, n_slices, level.height, level.width],
        "data_type": "uint32",
        "chunk_grid": {
            "name": "regular",
            "configuration": {"chunk_shape": [1, 1, 1, TILE_SIZE, TILE_SIZE]},
        },
        "chunk_key_encoding": {"name": "default", "configuration": {"separator": "/"}},
        "fill_value": 0,
        "codecs": [
            {"name": "bytes", "configuration": {"endian": "little"}},
            {"name": "gzip", "configuration": {"level": 5}},
        ],
        "dimension_names": ["t", "c", "z", "y", "x"],
        "attributes": {},
    }
