"""A label pyramid as the labels of an OME-Zarr image: the same tiles, with a channel axis of one.

The specification wants the axes of labels to be those of their image, and readers do too.
Sources: https://ngff.openmicroscopy.org/0.5/#labels-md and #label-md.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from annotations.labels.digest import Shape
from annotations.labels.pyramid import TILE_SIZE, Level, levels_of

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
