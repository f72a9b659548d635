"""Load labeled folders, split them by acquisition group and hand out batches of crops."""

from __future__ import annotations

import csv
import json
import queue
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from segmentation.engine.arrays import AnyArray, FloatArray
from segmentation.engine.files import read_image, read_labels
from segmentation.engine.normalize import network_planes
from segmentation.engine.training.augmentation import augment
from segmentation.engine.training.crops import Crop, TrainingImage, cut_crop, halvings
from segmentation.engine.training.crowding import crowd
from segmentation.engine.training.groups import (
    choose_held_out,
    groups_by_appearance,
    groups_by_name,
)
from segmentation.engine.training.synthetic import draw_image
from segmentation.engine.training.targets import diameters_of, flows_of

RECIPE = Path(__file__).with_name("recipe.json")
TARGET_DIAMETER = 24.0
SYNTHETIC = "synthetic"


@dataclass(frozen=True)
class Part:
    """One kind of image inside a data folder; see recipe.json for the meaning of the fields."""

    folder: str
    modality: str
    weight: float
    groups: str = "appearance"
    held_out: float | tuple[str, ...] = 0.2
    images: str = "images"
    masks: str = "masks"
    where: Mapping[str, str] = field(default_factory=dict)
    is_same_acquisition: bool = False
    unknown_background: str | None = None
    crowded: float = 0.0
    coarse: float = 0.05


@dataclass(frozen=True)
class LabeledFile:
    """An image file, its label file and where they belong."""

    stem: str
    image: Path
    labels: Path
    part: Part
    group: str
    is_held_out: bool


@dataclass(frozen=True)
class Cluster:
    """Training images of one modality and the share of crops they get."""

    modality: str
    weight: float
    images: tuple[TrainingImage, ...]
    crowded: float = 0.0
    coarse: float = 0.05


def read_recipe(path: Path = RECIPE) -> tuple[list[Part], dict[str, float]]:
    """Return the parts and the settings of the synthetic images."""
    recipe = json.loads(path.read_text())
    parts = []
    for entry in recipe["parts"]:
        held_out = entry["held_out"]
        entry["held_out"] = tuple(held_out) if isinstance(held_out, list) else float(held_out)
        parts.append(Part(**entry))
    return parts, recipe["synthetic"]


def parts_of(folder: Path, parts: Sequence[Part]) -> list[Part]:
    """Return the recipe's parts of a folder; an unknown folder is one part of its own name."""
    known = [part for part in parts if part.folder == folder.name]
    return known or [Part(folder=folder.name, modality=folder.name, weight=0.1)]


def list_files(folder: Path, part: Part, seed: int) -> list[LabeledFile]:
    """List the images of a part that have labels, with group and split.

    The split depends on the files and the seed alone. Raises FileNotFoundError without images.
    """
    wanted = _stems_where(folder, part.where)
    labels = {p.stem: p for p in sorted((folder / part.masks).glob("*")) if p.is_file()}
    pairs = []
    for path in sorted((folder / part.images).glob("*")):
        stem = path.name.split(".")[0]
        if stem in labels and (wanted is None or stem in wanted):
            pairs.append((stem, path, labels[stem]))
    if not pairs:
        raise FileNotFoundError(f"{folder}: no image in {part.images}/ has labels in {part.masks}/")
    stems = [stem for stem, _, _ in pairs]
    if part.groups == "appearance":
        looks = [read_image(path).pixels[0, :, 0] for _, path, _ in pairs]
        groups = groups_by_appearance(looks, part.modality.replace(" ", "_"))
    else:
        groups = groups_by_name(stems, part.groups)
    held_out = (
        set(part.held_out)
        if isinstance(part.held_out, tuple)
        else choose_held_out(groups, part.held_out, np.random.default_rng(seed))
    )
    return [
        LabeledFile(stem, image, mask, part, group, group in held_out)
        for (stem, image, mask), group in zip(pairs, groups, strict=True)
    ]


def _stems_where(folder: Path, where: Mapping[str, str]) -> set[str] | None:
    """Return the ids of meta.csv whose columns have the given values; None when all count."""
    if not where:
        return None
    with (folder / "meta.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    return {row["id"] for row in rows if all(row[k] == v for k, v in where.items())}


def load(file: LabeledFile) -> list[TrainingImage]:
    """Read a labeled file and prepare every one of its planes for cropping."""
    pixels = read_image(file.image).pixels[0]
    labels = read_labels(file.labels)
    prepared = []
    for z in range(pixels.shape[1]):
        planes = network_planes(pixels[:, z])
        truth = labels[z].astype(np.int32)
        name = f"{file.part.folder}/{file.stem}" + (f"/{z}" if pixels.shape[1] > 1 else "")
        prepared.append(prepare(name, planes, truth, is_open=has_open_background(file)))
    return prepared


def has_open_background(file: LabeledFile) -> bool:
    """Say whether the unlabeled pixels of a file may be cells."""
    pattern = file.part.unknown_background
    return bool(pattern and re.match(pattern, file.stem))


def prepare(
    name: str, planes: FloatArray, truth: AnyArray, *, is_open: bool = False
) -> TrainingImage:
    """Compute what every crop of an image needs; `is_open` marks the background as unknown."""
    flows = np.round(flows_of(truth) * 127).astype(np.int8)
    diameters = diameters_of(truth)
    present = diameters[diameters > 0]
    median = float(np.median(present)) if present.size else TARGET_DIAMETER
    labels = np.where(truth == 0, -1, truth).astype(np.int32) if is_open else truth
    levels = halvings(np.round(planes * 255).astype(np.uint8))
    return TrainingImage(name, levels, labels, flows, diameters, median)


def synthetic_images(n_images: int, rng: np.random.Generator) -> tuple[TrainingImage, ...]:
    """Draw `n_images` images of cells that open data hardly shows."""
    images = []
    for i in range(n_images):
        kind, plane, labels = draw_image(rng)
        planes = network_planes(plane[np.newaxis])
        images.append(prepare(f"{SYNTHETIC}/{kind}/{i}", planes, labels))
    return tuple(images)


def draw_crop(
    cluster: Cluster, size: int, rng: np.random.Generator, *, is_augmented: bool = True
) -> tuple[FloatArray, FloatArray]:
    """Return planes (3, N, N) and targets (6, N, N) of one crop of a cluster."""
    crop = draw_labeled_crop(cluster, size, rng, is_augmented=is_augmented)
    return crop.planes, crop.targets


def draw_labeled_crop(
    cluster: Cluster,
    size: int,
    rng: np.random.Generator,
    *,
    is_augmented: bool = True,
    diameter: float = TARGET_DIAMETER,
) -> Crop:
    """Return one crop of a cluster in which cells measure about `diameter` pixels."""
    image = cluster.images[rng.integers(len(cluster.images))]
    octaves = _draw_octaves(rng) if is_augmented else 0.0
    target = diameter * 2**octaves
    crop = cut_crop(image, target_diameter=target, size=size, rng=rng)
    if not is_augmented:
        return crop
    if rng.random() < cluster.crowded:
        other = cluster.images[rng.integers(len(cluster.images))]
        crop = crowd(crop, cut_crop(other, target_diameter=target, size=size, rng=rng), rng)
    return replace(crop, planes=augment(crop.planes, crop.targets[0], rng, cluster.coarse))


def _draw_octaves(rng: np.random.Generator) -> float:
    """Draw how far the cells of a crop are from 24 px.

    Most crops are near the size at which images are answered; the others teach the sizes that
    the first look at an unknown image may meet.
    """
    if rng.random() < 0.65:
        return float(rng.normal(0, 0.45))
    return float(rng.uniform(-1.4, 1.8))


def draw_batch(
    clusters: Sequence[Cluster], n_crops: int, size: int, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    """Return planes (B, 3, N, N) and targets (B, 6, N, N); clusters by weight."""
    weights = np.array([cluster.weight for cluster in clusters])
    chosen = rng.choice(len(clusters), n_crops, p=weights / weights.sum())
    crops = [draw_crop(clusters[i], size, rng) for i in chosen]
    return np.stack([c[0] for c in crops]), np.stack([c[1] for c in crops])


class CropLoader:
    """Prepare batches in threads of its own while the network computes."""

    def __init__(
        self, clusters: Sequence[Cluster], *, n_crops: int, size: int, seed: int, n_threads: int
    ) -> None:
        self._queue: queue.Queue[Any] = queue.Queue(maxsize=6)
        self._is_stopped = threading.Event()
        self._threads = [
            threading.Thread(
                target=self._produce,
                args=(clusters, n_crops, size, np.random.default_rng([seed, i])),
                daemon=True,
            )
            for i in range(n_threads)
        ]
        for thread in self._threads:
            thread.start()

    def _produce(
        self, clusters: Sequence[Cluster], n_crops: int, size: int, rng: np.random.Generator
    ) -> None:
        try:
            while not self._is_stopped.is_set():
                self._offer(draw_batch(clusters, n_crops, size, rng))
        except Exception as error:
            self._offer(error)

    def _offer(self, item: Any) -> None:
        """Wait for room in the queue, unless the loader was stopped."""
        while not self._is_stopped.is_set():
            try:
                return self._queue.put(item, timeout=0.5)
            except queue.Full:
                continue

    def __iter__(self) -> Iterator[tuple[FloatArray, FloatArray]]:
        while True:
            item = self._queue.get()
            if isinstance(item, Exception):
                raise item
            yield item

    def stop(self) -> None:
        """End the threads; waits for the crop at hand."""
        self._is_stopped.set()
        for thread in self._threads:
            thread.join()
