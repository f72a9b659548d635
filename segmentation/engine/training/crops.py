"""Cut one rotated, scaled and mirrored crop with its targets out of a training image."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from segmentation.engine.arrays import AnyArray, FloatArray
from segmentation.engine.methods.generalist.network import LOG_DIAMETER_OFFSET


@dataclass(frozen=True)
class TrainingImage:
    """One image with everything that does not change between crops.

    `levels`: the planes (3, Y, X) uint8 at full, half, quarter, eighth size. `labels` (Y, X)
    int32, -1 where the truth is unknown. `flows` (2, Y, X) int8, 127 is one. `diameters` by label.
    """

    name: str
    levels: tuple[AnyArray, ...]
    labels: AnyArray
    flows: AnyArray
    diameters: FloatArray
    median_diameter: float


@dataclass(frozen=True)
class Crop:
    """`planes` (3, N, N) float32 in 0..1; `targets` (6, N, N): foreground, flow y, flow x,
    boundary, log2 diameter - 5, weight; `cells` (N, N) int32: the labels, -1 unknown."""

    planes: FloatArray
    targets: FloatArray
    cells: AnyArray


def halvings(planes: AnyArray, n_levels: int = 4) -> tuple[AnyArray, ...]:
    """Return planes (C, Y, X) uint8 and their 2x2 means, down to an eighth or 32 pixels."""
    levels = [planes]
    while len(levels) < n_levels and min(levels[-1].shape[1:]) >= 64:
        last = levels[-1]
        height, width = last.shape[1] // 2 * 2, last.shape[2] // 2 * 2
        blocks = last[:, :height, :width].astype(np.float32)
        mean = blocks.reshape(len(last), height // 2, 2, width // 2, 2).mean((2, 4))
        levels.append(np.round(mean).astype(np.uint8))
    return tuple(levels)


@njit(cache=True, nogil=True)
def _reflect(position: float, length: int) -> float:
    """Mirror a coordinate at the borders of 0..length-1."""
    last = float(length - 1)
    if last <= 0:
        return 0.0
    position = abs(position) % (2 * last)
    return 2 * last - position if position > last else position


@njit(cache=True, nogil=True)
def sample_planes(level: AnyArray, step: AnyArray, origin: AnyArray, out: AnyArray) -> None:
    """Fill `out` (C, N, N) bilinearly from `level` (C, Y, X) uint8 at origin + step @ (y, x)."""
    n_channels, height, width = level.shape
    for i in range(out.shape[1]):
        for j in range(out.shape[2]):
            y = _reflect(origin[0] + step[0, 0] * i + step[0, 1] * j, height)
            x = _reflect(origin[1] + step[1, 0] * i + step[1, 1] * j, width)
            y0, x0 = int(y), int(x)
            y1, x1 = min(y0 + 1, height - 1), min(x0 + 1, width - 1)
            fy, fx = y - y0, x - x0
            for c in range(n_channels):
                top = level[c, y0, x0] * (1 - fx) + level[c, y0, x1] * fx
                bottom = level[c, y1, x0] * (1 - fx) + level[c, y1, x1] * fx
                out[c, i, j] = (top * (1 - fy) + bottom * fy) / 255.0


@njit(cache=True, nogil=True)
def sample_targets(
    labels: AnyArray,
    flows: AnyArray,
    log_diameters: AnyArray,
    transform: AnyArray,
    targets: AnyArray,
) -> AnyArray:
    """Fill `targets` (6, N, N), return the labels; see `Crop`. Flows rotate with the crop.

    `transform` (2, 3) holds the step and, as its last column, the origin; `log_diameters` are
    those of the crop, by label.
    """
    step, origin = transform[:, :2], transform[:, 2]
    height, width = labels.shape
    size = targets.shape[1]
    found = np.zeros((size, size), np.int32)
    for i in range(size):
        for j in range(size):
            y = origin[0] + step[0, 0] * i + step[0, 1] * j
            x = origin[1] + step[1, 0] * i + step[1, 1] * j
            row, column = int(np.floor(y + 0.5)), int(np.floor(x + 0.5))
            if row < 0 or column < 0 or row >= height or column >= width:
                found[i, j] = -1
                continue
            label = labels[row, column]
            found[i, j] = label
            if label < 0:
                continue
            targets[5, i, j] = 1.0
            if label == 0:
                continue
            flow_y, flow_x = _flow_at(labels, flows, label, y, x)
            along_y = step[0, 0] * flow_y + step[1, 0] * flow_x
            along_x = step[0, 1] * flow_y + step[1, 1] * flow_x
            norm = np.sqrt(along_y * along_y + along_x * along_x)
            targets[0, i, j] = 1.0
            if norm > 0.1 * np.abs(step).max():
                targets[1, i, j] = along_y / norm
                targets[2, i, j] = along_x / norm
            targets[4, i, j] = log_diameters[label]
    mark_boundaries(found, targets[3])
    return found


@njit(cache=True, nogil=True)
def mark_boundaries(cells: AnyArray, boundary: AnyArray) -> None:
    """Set `boundary` (Y, X) to 1 where a cell's pixel has a neighbor that is not its own."""
    height, width = cells.shape
    for i in range(height):
        for j in range(width):
            label = cells[i, j]
            if label > 0:
                for di, dj in ((-1, 0), (1, 0), (0, -1), (0, 1)):
                    a, b = i + di, j + dj
                    if 0 <= a < height and 0 <= b < width:
                        other = cells[a, b]
                        if other >= 0 and other != label:
                            boundary[i, j] = 1.0


@njit(cache=True, nogil=True)
def _flow_at(
    labels: AnyArray, flows: AnyArray, label: int, y: float, x: float
) -> tuple[float, float]:
    """Interpolate the flow between the neighbors that belong to the same cell."""
    y0, x0 = int(np.floor(y)), int(np.floor(x))
    flow_y = flow_x = 0.0
    for a in (y0, y0 + 1):
        for b in (x0, x0 + 1):
            if 0 <= a < labels.shape[0] and 0 <= b < labels.shape[1] and labels[a, b] == label:
                weight = (1 - abs(y - a)) * (1 - abs(x - b))
                flow_y += weight * flows[0, a, b]
                flow_x += weight * flows[1, a, b]
    return flow_y, flow_x


def cut_crop(
    image: TrainingImage, *, target_diameter: float, size: int, rng: np.random.Generator
) -> Crop:
    """Cut a crop of `size` pixels a side in which the chosen cells measure `target_diameter`.

    Half of the time "the chosen cells" is the image's median cell, otherwise the cell at the
    crop's centre, so that large and small cells of one image are both learned at every size.
    """
    center, reference = _choose_center(image, rng)
    scale = float(np.clip(target_diameter / reference, 0.12, 4.0))
    angle = rng.uniform(0, 2 * np.pi)
    stretch = 2 ** rng.uniform(-0.2, 0.2) if rng.random() < 0.3 else 1.0
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    flip = np.diag([1.0, rng.choice([-1.0, 1.0])])
    step = rotation @ np.diag([stretch, 1 / stretch]) @ flip / scale
    shift = center + rng.uniform(-0.35, 0.35, 2) * size / scale
    origin = shift - step @ np.array([(size - 1) / 2, (size - 1) / 2])
    level = int(np.clip(np.floor(np.log2(1 / scale) + 0.3), 0, len(image.levels) - 1))
    factor = 2.0**level
    planes = np.empty((3, size, size), np.float32)
    # The centre of pixel 0 of level l lies at (2**l - 1) / 2 of the full image.
    sample_planes(image.levels[level], step / factor, (origin - (factor - 1) / 2) / factor, planes)
    targets = np.zeros((6, size, size), np.float32)
    log_diameters = np.log2(np.maximum(image.diameters, 1) * scale) - LOG_DIAMETER_OFFSET
    transform = np.concatenate([step, origin[:, np.newaxis]], axis=1)
    cells = sample_targets(image.labels, image.flows, log_diameters, transform, targets)
    return Crop(planes, targets, cells)


def _choose_center(image: TrainingImage, rng: np.random.Generator) -> tuple[AnyArray, float]:
    """Choose a point (y, x), mostly inside a cell, and the diameter the scale refers to."""
    height, width = image.labels.shape
    point = np.array([rng.integers(height), rng.integers(width)])
    if rng.random() < 0.85:
        for _ in range(30):
            if image.labels[point[0], point[1]] > 0:
                break
            point = np.array([rng.integers(height), rng.integers(width)])
    label = int(image.labels[point[0], point[1]])
    reference = image.median_diameter
    if label > 0 and rng.random() < 0.3:
        reference = float(image.diameters[label])
    return point.astype(np.float64), max(reference, 3.0)
