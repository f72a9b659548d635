"""Turn label images into what the network learns: flows toward each cell's centre, and sizes.

The flows are those of Cellpose (Stringer et al., Nature Methods 18:100, 2021): heat is fed into
the pixel of the cell nearest to its centre of mass, spreads inside the cell only, and the flow is
the direction in which the logarithm of the temperature rises.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from segmentation.engine.arrays import AnyArray, FloatArray


@njit(cache=True, nogil=True)
def _spread_heat(inside: AnyArray, center_y: int, center_x: int, n_steps: int) -> AnyArray:
    """Average every inside pixel (H, W) with its eight neighbors `n_steps` times.

    `inside` carries a rim of one pixel that is False. Only inside pixels are visited: number 0
    stands for everything outside and stays cold.
    """
    height, width = inside.shape
    number = np.zeros((height, width), np.int32)
    n_inside = 0
    for y in range(height):
        for x in range(width):
            if inside[y, x]:
                n_inside += 1
                number[y, x] = n_inside
    around = np.zeros((n_inside + 1, 9), np.int32)
    for y in range(1, height - 1):
        for x in range(1, width - 1):
            if inside[y, x]:
                for k in range(9):
                    around[number[y, x], k] = number[y - 1 + k // 3, x - 1 + k % 3]
    heat = np.zeros(n_inside + 1)
    following = np.zeros(n_inside + 1)
    source = number[center_y, center_x]
    for _ in range(n_steps):
        heat[source] += 1.0
        for pixel in range(1, n_inside + 1):
            total = 0.0
            for k in range(9):
                total += heat[around[pixel, k]]
            following[pixel] = total / 9.0
        heat, following = following, heat
    spread = np.zeros((height, width))
    for y in range(height):
        for x in range(width):
            spread[y, x] = heat[number[y, x]]
    return spread


@njit(cache=True, nogil=True)
def _object_table(labels: AnyArray, n_labels: int) -> AnyArray:
    """Return rows (y0, x0, y1, x1, area, sum y, sum x) by label number."""
    table = np.zeros((n_labels + 1, 7))
    table[:, 0:2] = 1e9
    for y in range(labels.shape[0]):
        for x in range(labels.shape[1]):
            label = labels[y, x]
            if label > 0:
                row = table[label]
                row[0] = min(row[0], y)
                row[1] = min(row[1], x)
                row[2] = max(row[2], y + 1)
                row[3] = max(row[3], x + 1)
                row[4] += 1
                row[5] += y
                row[6] += x
    return table


@njit(cache=True, nogil=True)
def _write_flows(labels: AnyArray, table: AnyArray, flows: AnyArray) -> None:
    """Fill `flows` (2, Y, X) with unit vectors inside every object."""
    for label in range(1, table.shape[0]):
        if table[label, 4] == 0:
            continue
        y0, x0 = int(table[label, 0]), int(table[label, 1])
        height, width = int(table[label, 2]) - y0, int(table[label, 3]) - x0
        mean_y = table[label, 5] / table[label, 4]
        mean_x = table[label, 6] / table[label, 4]
        inside = np.zeros((height + 2, width + 2), np.bool_)
        nearest, center_y, center_x = 1e18, 0, 0
        for y in range(height):
            for x in range(width):
                if labels[y0 + y, x0 + x] == label:
                    inside[y + 1, x + 1] = True
                    distance = (y0 + y - mean_y) ** 2 + (x0 + x - mean_x) ** 2
                    if distance < nearest:
                        nearest, center_y, center_x = distance, y + 1, x + 1
        heat = _spread_heat(inside, center_y, center_x, 2 * (height + width))
        for y in range(1, height + 1):
            for x in range(1, width + 1):
                if inside[y, x]:
                    here = np.log(heat[y, x] + 1e-300)
                    below = np.log(heat[y + 1, x] + 1e-300) if inside[y + 1, x] else here
                    above = np.log(heat[y - 1, x] + 1e-300) if inside[y - 1, x] else here
                    right = np.log(heat[y, x + 1] + 1e-300) if inside[y, x + 1] else here
                    left = np.log(heat[y, x - 1] + 1e-300) if inside[y, x - 1] else here
                    dy, dx = below - above, right - left
                    norm = np.sqrt(dy * dy + dx * dx)
                    if norm > 1e-12:
                        flows[0, y0 + y - 1, x0 + x - 1] = dy / norm
                        flows[1, y0 + y - 1, x0 + x - 1] = dx / norm


def flows_of(labels: AnyArray) -> FloatArray:
    """Return unit flows (2, Y, X) float32 (y, then x) of a label image (Y, X); 0 outside cells."""
    table = _object_table(labels, int(labels.max(initial=0)))
    flows = np.zeros((2, *labels.shape), np.float32)
    _write_flows(labels, table, flows)
    return flows


def diameters_of(labels: AnyArray) -> FloatArray:
    """Return the diameter in pixels of the disc of equal area, by label number (0 at 0)."""
    areas = np.bincount(labels.ravel())
    areas[:1] = 0
    diameters: FloatArray = (2 * np.sqrt(areas / np.pi)).astype(np.float32)
    return diameters
