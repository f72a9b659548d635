"""One file with everything that a training on another machine needs: images, truth, split.

The images are kept as the network is shown them (8 bit, three planes, grey ones once), so the
other machine needs no reader of microscopy formats.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from segmentation.engine.arrays import AnyArray
from segmentation.engine.files import read_image, read_labels
from segmentation.engine.normalize import network_planes
from segmentation.engine.training.crops import TrainingImage
from segmentation.engine.training.data import (
    Cluster,
    LabeledFile,
    has_open_background,
    prepare,
)

INDEX = "index.json"


@dataclass(frozen=True)
class Packed:
    """What the index says of one plane."""

    name: str
    modality: str
    weight: float
    crowded: float
    coarse: float
    group: str
    is_held_out: bool
    is_open: bool


def write_pack(files: Sequence[LabeledFile], path: Path) -> int:
    """Write every plane as a lossless WebP and its labels as a PNG; return how many."""
    index = []
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as pack:
        for file in files:
            pixels, truth = read_image(file.image).pixels[0], read_labels(file.labels)
            for z in range(pixels.shape[1]):
                name = f"{file.part.folder}/{file.part.images}/{file.stem}/{z}"
                planes = np.round(network_planes(pixels[:, z]) * 255).astype(np.uint8)
                pack.writestr(f"{name}.webp", _encoded(_without_copies(planes), "WEBP"))
                pack.writestr(f"{name}.png", _encoded(truth[z].astype(np.uint16), "PNG"))
                part = file.part
                entry = Packed(
                    name,
                    part.modality,
                    part.weight,
                    part.crowded,
                    part.coarse,
                    file.group,
                    file.is_held_out,
                    has_open_background(file),
                )
                index.append(vars(entry))
        pack.writestr(INDEX, json.dumps(index, indent=1))
    return len(index)


def read_pack(path: Path, *, is_held_out: bool) -> list[Cluster]:
    """Return one side of the split, a cluster a modality."""
    images: dict[str, list[TrainingImage]] = {}
    heads: dict[str, Packed] = {}
    for packed, planes, truth in _entries(path, is_held_out=is_held_out):
        image = prepare(
            packed.name, (planes / 255).astype(np.float32), truth, is_open=packed.is_open
        )
        images.setdefault(packed.modality, []).append(image)
        heads[packed.modality] = packed
    return [
        Cluster(name, heads[name].weight, tuple(mine), heads[name].crowded, heads[name].coarse)
        for name, mine in images.items()
    ]


def _entries(path: Path, *, is_held_out: bool) -> Iterator[tuple[Packed, AnyArray, AnyArray]]:
    """Return the facts, planes (3, Y, X) uint8 and truth (Y, X) int32 of one side."""
    with zipfile.ZipFile(path) as pack:
        for entry in json.loads(pack.read(INDEX)):
            packed = Packed(**entry)
            if packed.is_held_out != is_held_out:
                continue
            pixels = _pixels(pack.read(f"{packed.name}.webp"))
            # WebP knows no grey: a grey plane comes back as three equal ones.
            planes = pixels.transpose(2, 0, 1)
            labels = _pixels(pack.read(f"{packed.name}.png")).astype(np.int32)
            yield packed, np.ascontiguousarray(planes), labels


def _without_copies(planes: AnyArray) -> AnyArray:
    """Return (Y, X) of grey planes, (Y, X, 3) of others."""
    is_grey = np.array_equal(planes[0], planes[1]) and np.array_equal(planes[0], planes[2])
    one: AnyArray = planes[0] if is_grey else planes.transpose(1, 2, 0)
    return one


def _encoded(pixels: AnyArray, kind: str) -> bytes:
    buffer = io.BytesIO()
    picture = Image.fromarray(np.ascontiguousarray(pixels))
    picture.save(buffer, kind, **({"lossless": True} if kind == "WEBP" else {"optimize": True}))
    return buffer.getvalue()


def _pixels(content: bytes) -> AnyArray:
    with Image.open(io.BytesIO(content)) as picture:
        return np.asarray(picture)
