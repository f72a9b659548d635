"""What predictions and true cells have in common, and the lines a person draws around them."""

from __future__ import annotations

import numpy as np
from scipy import ndimage
from skimage.measure import approximate_polygon, find_contours

from annotations.labels.operations import split_by_line
from annotations.labels.reshape import grow, shrink
from segmentation.engine.arrays import AnyArray
from segmentation.engine.training.click_evaluation import deepest
from tests.benchmarks.correcting_hands import Box, Point

GOOD = 0.7
SMALLEST_PX = 20
MOST_PRESSES = 2
MOST_PARTS = 100


def overlaps(labels: AnyArray, truth: AnyArray) -> tuple[AnyArray, AnyArray, AnyArray]:
    """Return the pixels that labels (P + 1) and true cells (T + 1) share, and both areas."""
    shape = (int(labels.max()) + 1, int(truth.max()) + 1)
    places = labels.ravel() * shape[1] + truth.ravel()
    shared = np.bincount(places, minlength=shape[0] * shape[1]).reshape(shape)
    return shared, shared.sum(1), shared.sum(0)


def ious(labels: AnyArray, truth: AnyArray) -> AnyArray:
    """Return the IoU of every label with every true cell; 0 for the background of either."""
    shared, areas, true_areas = overlaps(labels, truth)
    found: AnyArray = shared / np.maximum(areas[:, None] + true_areas[None] - shared, 1)
    found[0] = 0
    found[:, 0] = 0
    return found


def is_counted(truth: AnyArray) -> AnyArray:
    """Return for every true cell (T + 1) whether it is there and no speck."""
    counted: AnyArray = np.bincount(truth.ravel()) >= SMALLEST_PX
    counted[0] = False
    return counted


def missing_cells(labels: AnyArray, truth: AnyArray) -> list[int]:
    """Return the true cells that no label matches, but specks."""
    best = ious(labels, truth).max(0)
    return [int(n) for n in np.flatnonzero(is_counted(truth)) if best[n] < GOOD]


def wrong_labels(labels: AnyArray, truth: AnyArray) -> list[int]:
    """Return the labels that match no true cell."""
    best = ious(labels, truth).max(1)
    return [int(n) for n in np.unique(labels) if n > 0 and best[n] < GOOD]


def missing_under(labels: AnyArray, truth: AnyArray, label: int) -> int:
    """Return the missing true cell that a label can be made to be: the one that holds most of it,
    and more than a third; 0: none."""
    shared, areas, _ = overlaps(labels, truth)
    both = shared[label]
    missing = [n for n in missing_cells(labels, truth) if 3 * both[n] > areas[label]]
    return max(missing, key=lambda n: int(both[n]), default=0)


def false_labels(labels: AnyArray, truth: AnyArray) -> list[int]:
    """Return the wrong labels that no missing cell can be made of."""
    wrong = wrong_labels(labels, truth)
    return [n for n in wrong if missing_under(labels, truth, n) == 0]


def pieces_of_cells(labels: AnyArray, truth: AnyArray) -> list[AnyArray]:
    """Return the labels that lie in one true cell, wherever they make a good one together."""
    shared, areas, true_areas = overlaps(labels, truth)
    broken = []
    for number in np.flatnonzero(is_counted(truth)):
        is_inside = (shared[:, number] > 0.5 * areas) & (areas > 0)
        is_inside[0] = False
        pieces = np.flatnonzero(is_inside)
        both = shared[pieces, number].sum()
        union = areas[pieces].sum() + true_areas[number] - both
        if len(pieces) > 1 and both / union >= GOOD:
            broken.append(pieces)
    return broken


def resizing_keys(labels: AnyArray, label: int, cell: AnyArray) -> list[str]:
    """Return the keys by which a label grows or shrinks to a match; none where that does not do."""
    for key, is_growing in (("g", True), ("Shift+G", False)):
        plane = labels.astype(np.uint32)
        for n_presses in range(1, MOST_PRESSES + 1):
            plane = grow(plane, [label], True) if is_growing else shrink(plane, [label])
            if iou(plane == label, cell) >= GOOD:
                return [key] * n_presses
    return []


def iou(a: AnyArray, b: AnyArray) -> float:
    """Return the IoU of two masks."""
    return float((a & b).sum() / max(1, (a | b).sum()))


def around(mask: AnyArray, margin: int) -> Box:
    """Return the box of a mask with a margin, inside the image."""
    ys, xs = np.nonzero(mask)
    y1, x1 = min(mask.shape[0], ys.max() + margin + 1), min(mask.shape[1], xs.max() + margin + 1)
    return max(0, int(ys.min()) - margin), max(0, int(xs.min()) - margin), int(y1), int(x1)


def outline(cell: AnyArray) -> list[Point]:
    """Return the outline of a cell as a person draws it: within half a pixel of the truth."""
    y0, x0, y1, x1 = around(cell, 1)
    contours = find_contours(np.pad(cell[y0:y1, x0:x1], 1).astype(float), 0.5)
    longest = np.add(max(contours, key=len), (y0 - 1, x0 - 1))
    return [(float(y), float(x)) for y, x in approximate_polygon(longest, 0.5)]


def corners(cell: AnyArray) -> tuple[Point, Point]:
    """Return the corners of the box around a cell."""
    y0, x0, y1, x1 = around(cell, 0)
    return (y0 - 0.5, x0 - 0.5), (y1 - 0.5, x1 - 0.5)


def ellipse(cell: AnyArray) -> AnyArray:
    """Return the ellipse in the box around a cell (Y, X) bool."""
    (top, left), (bottom, right) = corners(cell)
    y, x = np.ogrid[: cell.shape[0], : cell.shape[1]]
    part_y = (2 * y - top - bottom) / (bottom - top)
    part_x = (2 * x - left - right) / (right - left)
    inside: AnyArray = part_y**2 + part_x**2 <= 1
    return inside


def outline_from_background(cell: AnyArray, labels: AnyArray) -> list[Point]:
    """Return the outline begun beside all labels: there a lasso makes a new cell."""
    path = outline(cell)
    starts = [i for i, (y, x) in enumerate(path) if labels[pixel(y, x, labels.shape)] == 0]
    if starts:
        return path[starts[0] :] + path[: starts[0]]
    free = cell & (labels == 0)
    return [deepest(free), *path] if free.any() else path


def pixel(y: float, x: float, shape: tuple[int, ...]) -> tuple[int, int]:
    """Return the pixel under a point, inside the image."""
    return min(max(round(y), 0), shape[0] - 1), min(max(round(x), 0), shape[1] - 1)


def gesture(points: list[Point]) -> list[Point]:
    """Return a narrow lasso that runs through all points and back."""
    way = [*points, *points[-2::-1]]
    return [(y + (1.0 if i >= len(points) else 0.0), x) for i, (y, x) in enumerate(way)]


def is_worth_a_cut(labels: AnyArray, truth: AnyArray, label: int, line: list[Point]) -> bool:
    """Say whether fewer cells are missing when a label is cut along a line."""
    new_labels = [int(labels.max()) + 1 + n for n in range(MOST_PARTS)]
    after = split_by_line(labels.astype(np.uint32), label, line, new_labels).astype(np.int64)
    return len(missing_cells(after, truth)) < len(missing_cells(labels, truth))


def line_between(cell: AnyArray, first: AnyArray, second: AnyArray) -> list[Point] | None:
    """Return a straight line across the cell, between two true cells."""
    nearer = ndimage.distance_transform_edt(~first) < ndimage.distance_transform_edt(~second)
    border = cell & nearer & ndimage.binary_dilation(cell & ~nearer)
    points = np.argwhere(border).astype(float)
    if len(points) < 2:
        return None
    middle = points.mean(0)
    way = np.linalg.svd(points - middle)[2][0]
    reach = np.abs((points - middle) @ way).max() + 3
    ends = middle - reach * way, middle + reach * way
    return [(float(y), float(x)) for y, x in ends]
