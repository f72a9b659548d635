"""Drawn images for the kinds of cell that open data hardly shows: rods, filaments, sheets.

The shapes are exact, so are the labels; the looks (halo, rim, relief, texture) are varied far
beyond any one microscope.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy import ndimage
from scipy.spatial import cKDTree

from segmentation.engine.arrays import AnyArray, FloatArray

Rng = np.random.Generator
SIZE = 320


def _draw_chain(labels: AnyArray, points: FloatArray, radius: float, label: int) -> bool:
    """Draw a thick curve (P, 2) unless it would cover another cell by more than a tenth."""
    low = np.maximum(np.floor(points.min(0) - radius - 1), 0).astype(int)
    high = np.minimum(np.ceil(points.max(0) + radius + 2), labels.shape).astype(int)
    if np.any(high - low < 2):
        return False
    y, x = np.mgrid[low[0] : high[0], low[1] : high[1]]
    distance, _ = cKDTree(points).query(np.stack([y.ravel(), x.ravel()], 1))
    inside = (distance <= radius).reshape(y.shape)
    region = labels[low[0] : high[0], low[1] : high[1]]
    taken = np.count_nonzero(region[inside])
    if inside.sum() < 12 or taken > 0.1 * inside.sum():
        return False
    region[inside & (region == 0)] = label
    return True


def _chain(start: FloatArray, heading: float, length: float, bend: float, rng: Rng) -> FloatArray:
    """Return the points of a smooth curve of about `length` pixels."""
    n = max(2, int(length / 1.0))
    turns = ndimage.gaussian_filter1d(rng.standard_normal(n), min(n / 4, 15)) * bend
    angles = heading + np.cumsum(turns) + np.linspace(0, rng.normal(0, bend * 4), n)
    steps = np.stack([np.sin(angles), np.cos(angles)], 1)
    points: FloatArray = (start + np.cumsum(steps, 0)).astype(np.float32)
    return points


def _rods(rng: Rng, *, is_filament: bool = False) -> AnyArray:
    """Bacteria: straight or bent rods, alone or in dense patches of a common direction."""
    labels = np.zeros((SIZE, SIZE), np.int32)
    radius = rng.uniform(2.5, 6.5)
    n = int(rng.integers(3, 14)) if is_filament else int(rng.integers(15, 260))
    colony = rng.uniform(0.2, 0.8, 2) * SIZE
    is_colony = not is_filament and rng.random() < 0.6
    heading = rng.uniform(0, np.pi)
    label = 1
    for _ in range(n):
        length = radius * (rng.uniform(12, 50) if is_filament else rng.uniform(1.5, 7))
        spread = 0.2 * SIZE
        start = rng.normal(colony, spread) if is_colony else rng.uniform(0, SIZE, 2)
        angle = heading + rng.normal(0, 0.4) if is_colony else rng.uniform(0, 2 * np.pi)
        bend = 0.12 if is_filament else rng.choice([0.0, 0.02, 0.06])
        points = _chain(start.astype(np.float32), angle, length, float(bend), rng)
        width = radius * rng.uniform(0.85, 1.15)
        label += _draw_chain(labels, points, float(width), label)
    return labels


def _filaments(rng: Rng) -> AnyArray:
    return _rods(rng, is_filament=True)


def _sheet(rng: Rng) -> AnyArray:
    """A confluent sheet: a jittered Voronoi pattern whose cells differ in size."""
    n = int(rng.integers(12, 160))
    density = rng.uniform(0, 3)
    points = rng.uniform(-0.1, 1.1, (n, 2))
    points = (np.sign(points - 0.5) * np.abs(points - 0.5) ** (1 + density / 3) + 0.5) * SIZE
    y, x = np.mgrid[:SIZE, :SIZE].astype(np.float64)
    y += 48 * ndimage.gaussian_filter(rng.standard_normal((SIZE, SIZE)), 8)
    x += 48 * ndimage.gaussian_filter(rng.standard_normal((SIZE, SIZE)), 8)
    weights = rng.uniform(0, SIZE / np.sqrt(n) * 0.5, n)
    lifted = np.concatenate([points, weights[:, None]], 1)
    query = np.stack([y.ravel(), x.ravel(), np.zeros(y.size)], 1)
    _, nearest = cKDTree(lifted).query(query)
    labels = nearest.reshape(SIZE, SIZE).astype(np.int32) + 1
    gap = int(rng.integers(0, 3))
    if gap:
        edges = ndimage.maximum_filter(labels, 3) != ndimage.minimum_filter(labels, 3)
        labels[ndimage.binary_dilation(edges, iterations=gap - 1) if gap > 1 else edges] = 0
    if rng.random() < 0.4:
        labels[np.isin(labels, rng.permutation(n)[: n // 3] + 1)] = 0
    sheet: AnyArray = labels
    return sheet


def _blobs(rng: Rng) -> AnyArray:
    """Round and lobed cells (yeast, blood, spreading cells), of very different sizes at times."""
    labels = np.zeros((SIZE, SIZE), np.int32)
    base = rng.uniform(6, 26)
    spread = rng.choice([0.1, 0.3, 0.7])
    roughness = rng.choice([0.0, 0.05, 0.2])
    label = 1
    y, x = np.mgrid[:SIZE, :SIZE].astype(np.float32)
    for _ in range(int(rng.integers(4, 90))):
        radius = float(np.clip(base * np.exp(rng.normal(0, spread)), 3, 70))
        cy, cx = rng.uniform(0, SIZE, 2)
        y0, y1 = max(0, int(cy - 2 * radius)), min(SIZE, int(cy + 2 * radius) + 2)
        x0, x1 = max(0, int(cx - 2 * radius)), min(SIZE, int(cx + 2 * radius) + 2)
        dy, dx = y[y0:y1, x0:x1] - cy, x[y0:y1, x0:x1] - cx
        angle = np.arctan2(dy, dx)
        tilt, squeeze = rng.uniform(0, np.pi), rng.uniform(1, 1.5)
        shape = np.hypot(np.cos(angle - tilt) / squeeze, np.sin(angle - tilt) * squeeze)
        for k in range(2, 6):
            shape = shape + roughness * rng.normal() * np.cos(k * angle + rng.uniform(0, 6.3))
        inside = np.hypot(dy, dx) * np.maximum(shape, 0.55) <= radius
        region = labels[y0:y1, x0:x1]
        taken = np.count_nonzero(region[inside])
        if inside.sum() > 20 and taken <= 0.12 * inside.sum():
            region[inside & (region == 0)] = label
            label += 1
    return labels


def _nothing(rng: Rng) -> AnyArray:
    """An empty field: noise and uneven light hold no cell."""
    del rng
    return np.zeros((SIZE, SIZE), np.int32)


SHAPES: dict[str, tuple[float, Callable[[Rng], AnyArray]]] = {
    "rods": (0.34, _rods),
    "filaments": (0.18, _filaments),
    "sheet": (0.16, _sheet),
    "blobs": (0.28, _blobs),
    "nothing": (0.04, _nothing),
}


def _texture(rng: Rng, sigma: float) -> FloatArray:
    """Smooth noise of standard deviation 1."""
    noise = ndimage.gaussian_filter(rng.standard_normal((SIZE, SIZE)), sigma)
    textured: FloatArray = (noise / max(float(noise.std()), 1e-9)).astype(np.float32)
    return textured


def _paint(labels: AnyArray, rng: Rng) -> FloatArray:
    """Paint cells with a rim, a body, a halo, a relief and texture of random strength."""
    inside = labels > 0
    edges = inside & (ndimage.minimum_filter(labels, 3) != ndimage.maximum_filter(labels, 3))
    from_edge = ndimage.distance_transform_edt(inside & ~edges)
    outside = ndimage.distance_transform_edt(~inside)
    levels = rng.normal(1, rng.choice([0.05, 0.3]), int(labels.max()) + 1)
    body = np.where(inside, levels[labels], 0.0)
    depth = rng.uniform(1, 8)
    body *= rng.choice([0.0, 1.0, 1.0]) * (1 - rng.uniform(0, 0.7) * np.exp(-from_edge / depth))
    rim = np.where(inside, np.exp(-from_edge / rng.uniform(0.8, 2.5)), 0)
    halo = np.where(inside, 0, np.exp(-outside / rng.uniform(1.0, 5.0)))
    sign = rng.choice([-1.0, 1.0])
    picture = sign * body + rng.normal(0, 0.8) * rim
    picture -= sign * rng.choice([0.0, 0.3, 0.9]) * halo
    if rng.random() < 0.3:
        angle = rng.uniform(0, 2 * np.pi)
        height = ndimage.gaussian_filter(np.minimum(from_edge, 6), 1.0)
        gy, gx = np.gradient(height)
        picture = 0.3 * picture + rng.uniform(0.5, 1.5) * (np.sin(angle) * gy + np.cos(angle) * gx)
    picture = picture + rng.uniform(0, 0.35) * inside * _texture(rng, rng.uniform(0.8, 3))
    picture = picture + rng.uniform(0, 0.25) * _texture(rng, rng.uniform(1, 4))
    picture = picture + rng.uniform(0, 0.3) * _texture(rng, 40)
    picture = ndimage.gaussian_filter(picture, rng.uniform(0.3, 1.3))
    noise = rng.standard_normal((SIZE, SIZE)) * rng.uniform(0.01, 0.12)
    painted: FloatArray = (picture + noise).astype(np.float32)
    return painted


def draw_image(rng: Rng) -> tuple[str, FloatArray, AnyArray]:
    """Return the kind, one plane (Y, X) float32 and its labels (Y, X) int32, all at random."""
    names = list(SHAPES)
    weights = np.array([SHAPES[name][0] for name in names])
    kind = str(rng.choice(names, p=weights / weights.sum()))
    labels = SHAPES[kind][1](rng)
    return kind, _paint(labels, rng), labels
