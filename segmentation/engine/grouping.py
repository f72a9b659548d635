"""From fields to cells: follow the flows, gather the end points, keep what is consistent.

Every function is one pass over the pixels in compiled code, so the cost does not depend on how
many cells there are. The fields come quantized (see `Fields`). What is too large to be grouped as
a whole is grouped block by block, with the same result: see `blocks`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numba import njit

from segmentation.engine.arrays import AnyArray, FloatArray, IntArray, LabelArray
from segmentation.engine.confidence import Calibration, raw_confidences
from segmentation.engine.following import follow_flows
from segmentation.engine.seams import SeamModel, Seams, boundary_alone, join_map

MINIMUM_MASS = 10
"""A sink that fewer pixels reach is no cell."""


@dataclass(frozen=True)
class Fields:
    """What a network says about every pixel, in five bytes.

    `flows` (2, Y, X) int8, y then x, 100 = one pixel; `foreground` and `boundary` (Y, X) uint8,
    255 = probability one; `log_diameter` (Y, X) uint8, 16 an octave of pixels.
    """

    flows: AnyArray
    foreground: AnyArray
    boundary: AnyArray
    log_diameter: AnyArray

    def part(self, rows: slice, columns: slice) -> Fields:
        """Copy a window of the fields."""
        return Fields(
            np.ascontiguousarray(self.flows[:, rows, columns]),
            np.ascontiguousarray(self.foreground[rows, columns]),
            np.ascontiguousarray(self.boundary[rows, columns]),
            np.ascontiguousarray(self.log_diameter[rows, columns]),
        )


def stacked(parts: Sequence[Fields]) -> Fields:
    """Return the fields of a whole image from its strips of rows, top to bottom."""
    return Fields(
        np.concatenate([rows.flows for rows in parts], axis=1),
        np.concatenate([rows.foreground for rows in parts]),
        np.concatenate([rows.boundary for rows in parts]),
        np.concatenate([rows.log_diameter for rows in parts]),
    )


def empty_fields(shape: tuple[int, int]) -> Fields:
    """Return fields (Y, X) that say nothing anywhere."""
    flows, *others = np.zeros((2, *shape), np.int8), *np.zeros((3, *shape), np.uint8)
    return Fields(flows, *others)


@dataclass(frozen=True)
class GroupingSettings:
    """`foreground_threshold` and `minimum_agreement` in 0..1, `minimum_area_px` in pixels.

    Touching pieces that `seams` takes for one cell are joined; without it, those whose seam has a
    mean boundary probability below `merge_threshold`. Cells below `minimum_confidence` are
    dropped. Without a `calibration` the confidence of a cell is the geometric mean of its evidence.
    """

    foreground_threshold: float = 0.5
    minimum_agreement: float = 0.4
    minimum_area_px: int = 12
    merge_threshold: float = 0.3
    minimum_confidence: float = 0.0
    calibration: Calibration | None = None
    seams: SeamModel | None = None


@dataclass(frozen=True)
class Grouping:
    """`labels` (Y, X) uint32, 1..N in raster order; `confidences` (N,) float32 in 0..1.

    `evidence` (N, 4): area in pixels, flow agreement, foreground, boundary contrast.
    """

    labels: LabelArray
    confidences: FloatArray
    evidence: AnyArray


@njit(cache=True, nogil=True)
def count_ends(ends: AnyArray) -> AnyArray:
    """Return how many pixels end at each place (Y, X), uint16, at most 65,535."""
    height, width = ends.shape
    counts = np.zeros((height, width), np.uint16)
    for y in range(height):
        for x in range(width):
            end = ends[y, x]
            if end > 0:
                a, b = (end - 1) // width, (end - 1) % width
                if counts[a, b] < 65535:
                    counts[a, b] += 1
    return counts


@njit(cache=True, nogil=True)
def _density(counts: AnyArray, places: AnyArray) -> AnyArray:
    """Sum the counts over the 3 x 3 pixels around every place, as a sparse list."""
    height, width = counts.shape
    density = np.zeros(len(places), np.int64)
    for i in range(len(places)):
        y, x = places[i] // width, places[i] % width
        for a in range(max(0, y - 1), min(height, y + 2)):
            for b in range(max(0, x - 1), min(width, x + 2)):
                density[i] += counts[a, b]
    return density


@njit(cache=True, nogil=True)
def _find(places: AnyArray, wanted: int) -> int:
    """Return the position of `wanted` in the sorted list."""
    low, high = 0, len(places) - 1
    while low < high:
        middle = (low + high) // 2
        if places[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return low


@njit(cache=True, nogil=True)
def climb(counts: AnyArray, places: AnyArray) -> AnyArray:
    """Return for every place with end points the position of the summit it climbs to.

    Each place points to the densest place within two pixels (the first in raster order among
    equals); paths are compressed, so every place is visited about once.
    """
    height, width = counts.shape
    density = _density(counts, places)
    parent = np.zeros(len(places), np.int64)
    for i in range(len(places)):
        y, x = places[i] // width, places[i] % width
        best = i
        for a in range(max(0, y - 2), min(height, y + 3)):
            for b in range(max(0, x - 2), min(width, x + 3)):
                if counts[a, b] > 0:
                    j = _find(places, a * width + b)
                    if density[j] > density[best] or (density[j] == density[best] and j < best):
                        best = j
        parent[i] = best
    for i in range(len(places)):
        summit = i
        while parent[summit] != summit:
            summit = parent[summit]
        walker = i
        while parent[walker] != summit:
            following = parent[walker]
            parent[walker] = summit
            walker = following
    return parent


@njit(cache=True, nogil=True)
def _number_objects(counts: AnyArray, places: AnyArray, summits: AnyArray) -> AnyArray:
    """Return the object number of every place; 0 where too few pixels end."""
    flat = counts.ravel()
    mass = np.zeros(len(places), np.int64)
    for i in range(len(places)):
        mass[summits[i]] += flat[places[i]]
    numbers = np.zeros(len(places), np.uint32)
    n_objects = 0
    for i in range(len(places)):
        if summits[i] == i and mass[i] >= MINIMUM_MASS:
            n_objects += 1
            numbers[i] = n_objects
    for i in range(len(places)):
        numbers[i] = numbers[summits[i]]
    return numbers


@njit(cache=True, nogil=True)
def _replace_ends(ends: AnyArray, places: AnyArray, numbers: AnyArray) -> None:
    """Turn end points into object numbers, in place."""
    flat = ends.ravel()
    for i in range(len(flat)):
        if flat[i] > 0:
            flat[i] = numbers[_find(places, flat[i] - 1)]


@njit(cache=True, nogil=True)
def _boxes(labels: AnyArray, sinks: AnyArray) -> AnyArray:
    """Return rows (y0, x0, y1, x1, start y, start x): the start is the pixel next to the sink."""
    height, width = labels.shape
    boxes = np.zeros((len(sinks), 6), np.int64)
    nearest = np.full(len(sinks), 1 << 60, np.int64)
    boxes[:, 0] = height
    boxes[:, 1] = width
    for y in range(height):
        for x in range(width):
            label = labels[y, x]
            if label > 0:
                box = boxes[label]
                box[0], box[1] = min(box[0], y), min(box[1], x)
                box[2], box[3] = max(box[2], y + 1), max(box[3], x + 1)
                sink_y, sink_x = sinks[label] // width, sinks[label] % width
                distance = (y - sink_y) ** 2 + (x - sink_x) ** 2
                if distance < nearest[label]:
                    nearest[label] = distance
                    box[4], box[5] = y, x
    return boxes


@njit(cache=True, nogil=True)
def walking_distances(labels: AnyArray, label: int, box: AnyArray) -> AnyArray:
    """Return how far every pixel of an object is from its start, walking inside the object.

    Steps cost 1 and 1.414; (h + 2, w + 2) float32 with a rim, -1 where the start is not reached.
    """
    y0, x0 = box[0] - 1, box[1] - 1
    height, width = box[2] - y0 + 1, box[3] - x0 + 1
    distances = np.full((height, width), -1.0, np.float32)
    waiting = np.empty((height * width * 2 + 8, 2), np.int32)
    first, last = 0, 1
    waiting[0, 0], waiting[0, 1] = box[4] - y0, box[5] - x0
    distances[box[4] - y0, box[5] - x0] = 0.0
    while first != last:
        y, x = waiting[first, 0], waiting[first, 1]
        first = (first + 1) % len(waiting)
        for dy in range(-1, 2):
            for dx in range(-1, 2):
                a, b = y + dy, x + dx
                if a < 1 or b < 1 or a > height - 2 or b > width - 2:
                    continue
                if labels[a + y0, b + x0] != label:
                    continue
                step = 1.0 if dy == 0 or dx == 0 else 1.41421356
                far = distances[y, x] + step
                if distances[a, b] < 0 or far < distances[a, b] - 1e-3:
                    distances[a, b] = far
                    waiting[last, 0], waiting[last, 1] = a, b
                    last = (last + 1) % len(waiting)
    return distances


@njit(cache=True, nogil=True)
def _slope(distances: AnyArray, y: int, x: int) -> tuple[float, float]:
    """Return the direction in which the walking distance falls, as a unit vector or zero."""
    here = distances[y, x]
    below = distances[y + 1, x] if distances[y + 1, x] >= 0 else here
    above = distances[y - 1, x] if distances[y - 1, x] >= 0 else here
    right = distances[y, x + 1] if distances[y, x + 1] >= 0 else here
    left = distances[y, x - 1] if distances[y, x - 1] >= 0 else here
    dy, dx = above - below, left - right
    norm = np.sqrt(dy * dy + dx * dx)
    if norm < 1e-6:
        return 0.0, 0.0
    return dy / norm, dx / norm


@njit(cache=True, nogil=True)
def judge_objects(
    labels: AnyArray, boxes: AnyArray, flows: AnyArray, foreground: AnyArray, boundary: AnyArray
) -> AnyArray:
    """Return rows (area, flow agreement, foreground, boundary contrast) by label.

    Agreement is the mean cosine between the flow and the way to the object's start: the way runs
    inside the object, so bent and elongated cells are judged fairly. Pixels from which the start
    cannot be reached leave the object (`labels` changes in place).
    """
    rows = np.zeros((len(boxes), 4))
    for label in range(1, len(boxes)):
        box = boxes[label]
        if box[2] == 0:
            continue
        distances = walking_distances(labels, label, box)
        sums = np.zeros(6)
        for y in range(1, distances.shape[0] - 1):
            for x in range(1, distances.shape[1] - 1):
                a, b = y + box[0] - 1, x + box[1] - 1
                if labels[a, b] != label:
                    continue
                if distances[y, x] < 0:
                    labels[a, b] = 0
                    continue
                rows[label, 0] += 1
                rows[label, 2] += foreground[a, b] / 255.0
                is_edge = (
                    min(distances[y - 1, x], distances[y + 1, x]) < 0
                    or min(distances[y, x - 1], distances[y, x + 1]) < 0
                )
                sums[2 if is_edge else 4] += boundary[a, b] / 255.0
                sums[3 if is_edge else 5] += 1
                if distances[y, x] > 1.5:
                    slope_y, slope_x = _slope(distances, y, x)
                    flow_y, flow_x = float(flows[0, a, b]), float(flows[1, a, b])
                    norm = np.sqrt(flow_y * flow_y + flow_x * flow_x)
                    sums[1] += 1
                    if norm > 0:
                        sums[0] += (flow_y * slope_y + flow_x * slope_x) / norm
        rows[label, 1] = sums[0] / max(sums[1], 1.0)
        rows[label, 2] /= max(rows[label, 0], 1.0)
        inner = sums[4] / max(sums[5], 1.0)
        rows[label, 3] = sums[2] / max(sums[3], 1.0) - inner
    return rows


@njit(cache=True, nogil=True)
def _find_root(parent: AnyArray, item: int) -> int:
    """Follow the parents and halve the path on the way."""
    while parent[item] != item:
        parent[item] = parent[parent[item]]
        item = parent[item]
    return item


@njit(cache=True, nogil=True)
def _background_runs(labels: AnyArray) -> AnyArray:
    """Return rows (y, first x, end x) of the background of every line, top to bottom."""
    height, width = labels.shape
    n_runs = 0
    for y in range(height):
        for x in range(width):
            if labels[y, x] == 0 and (x == 0 or labels[y, x - 1] != 0):
                n_runs += 1
    runs = np.empty((n_runs, 3), np.int32)
    n_runs = 0
    for y in range(height):
        for x in range(width):
            if labels[y, x] == 0:
                if x == 0 or labels[y, x - 1] != 0:
                    runs[n_runs, 0], runs[n_runs, 1] = y, x
                    n_runs += 1
                runs[n_runs - 1, 2] = x + 1
    return runs


@njit(cache=True, nogil=True)
def _join_runs(runs: AnyArray) -> AnyArray:
    """Return the component of every run: runs of neighboring lines that share a column join."""
    parent = np.arange(len(runs))
    above = 0
    for run in range(len(runs)):
        y, start, stop = runs[run]
        while above < run and (
            runs[above, 0] < y - 1 or (runs[above, 0] == y - 1 and runs[above, 2] <= start)
        ):
            above += 1
        other = above
        while other < run and runs[other, 0] == y - 1 and runs[other, 1] < stop:
            one, two = _find_root(parent, run), _find_root(parent, other)
            parent[max(one, two)] = min(one, two)
            other += 1
    for run in range(len(runs)):
        parent[run] = _find_root(parent, run)
    return parent


@njit(cache=True, nogil=True)
def fill_holes(labels: AnyArray) -> None:
    """Give background that one single object encloses (four-connected) to it, in place.

    Memory is proportional to the number of runs of background, not to the pixels.
    """
    height, width = labels.shape
    runs = _background_runs(labels)
    component = _join_runs(runs)
    # 0: nothing known yet, -1: open to the border or to several objects, else the label.
    enclosing = np.zeros(len(runs), np.int64)
    for run in range(len(runs)):
        y, start, stop = runs[run]
        if y == 0 or y == height - 1 or start == 0 or stop == width:
            enclosing[component[run]] = -1
    for run in range(len(runs)):
        y, start, stop = runs[run]
        known = enclosing[component[run]]
        if known != -1:
            enclosing[component[run]] = _one_neighbor(labels, y, start, stop, known)
    for run in range(len(runs)):
        y, start, stop = runs[run]
        label = enclosing[component[run]]
        if label > 0:
            labels[y, start:stop] = label


@njit(cache=True, nogil=True)
def _one_neighbor(labels: AnyArray, y: int, start: int, stop: int, known: int) -> int:
    """Return the only label around a run of background, or -1 when there are several."""
    for x in range(start - 1, stop + 1):
        for a in range(y - 1, y + 2):
            is_corner = a != y and (x < start or x >= stop)
            if not is_corner and labels[a, x] != 0:
                if known == 0:
                    known = labels[a, x]
                elif known != labels[a, x]:
                    return -1
    return known


@njit(cache=True, nogil=True)
def _apply(labels: AnyArray, target: AnyArray) -> None:
    """Replace every label by its target, in place (an index would need eight bytes a pixel)."""
    flat = labels.ravel()
    for i in range(len(flat)):
        flat[i] = target[flat[i]]


@njit(cache=True, nogil=True)
def number_in_order(
    labels: AnyArray, is_kept: AnyArray, new: AnyArray, old: AnyArray, n_objects: int
) -> int:
    """Number the kept objects on in raster order, in place; return how many there are by now.

    `new` (N + 1,) uint32 and `old` (N + 1,) int64 hold the numbers given so far, so that an image
    may come in several strips, top to bottom.
    """
    flat = labels.ravel()
    for i in range(len(flat)):
        label = flat[i]
        if label > 0:
            if not is_kept[label]:
                flat[i] = 0
                continue
            if new[label] == 0:
                n_objects += 1
                new[label] = n_objects
                old[n_objects] = label
            flat[i] = new[label]
    return n_objects


@dataclass(frozen=True)
class Objects:
    """What the flows lead to, before anything is dropped.

    `labels` (Y, X) uint32; `evidence` (N + 1, 4) by label as in `Grouping`, area 0 where a number
    is not in use; `sinks` (N + 1,): where the flows of each object end, y * width + x.
    """

    labels: LabelArray
    evidence: AnyArray
    sinks: AnyArray


def find_objects(fields: Fields, settings: GroupingSettings, *, n_threads: int = 1) -> Objects:
    """Follow the flows of a whole image or block; the threads do not change the result."""
    threshold = max(1, round(255 * settings.foreground_threshold))
    labels = follow_flows(fields.flows, fields.foreground, threshold, n_threads=n_threads)
    counts = count_ends(labels)
    places = np.flatnonzero(counts)
    if len(places) == 0:
        return Objects(labels, np.zeros((1, 4)), np.zeros(1, np.int64))
    summits = climb(counts, places)
    numbers = _number_objects(counts, places, summits)
    del counts
    _replace_ends(labels, places, numbers)
    is_summit = (summits == np.arange(len(places))) & (numbers > 0)
    sinks = np.concatenate([[0], places[is_summit]])
    pieces = judge_objects(
        labels, _boxes(labels, sinks), fields.flows, fields.foreground, fields.boundary
    )
    target = _joined(labels, fields, pieces, settings)
    _apply(labels, target)
    return Objects(labels, _join_rows(pieces, target), sinks)


def _joined(
    labels: LabelArray, fields: Fields, pieces: AnyArray, settings: GroupingSettings
) -> IntArray:
    """Return for every piece 0..N the object that it is a part of."""
    n_pieces = len(pieces) - 1
    model = settings.seams or boundary_alone(settings.merge_threshold)
    seams = Seams(labels, fields.flows, fields.boundary, fields.log_diameter, pieces)
    return join_map(seams, n_pieces, model)


def choose_cells(evidence: AnyArray, settings: GroupingSettings) -> tuple[AnyArray, FloatArray]:
    """Return which objects (N + 1,) are cells, and the confidences (N + 1,) float32."""
    is_cell = evidence[:, 0] >= max(1, settings.minimum_area_px)
    is_cell &= evidence[:, 1] >= settings.minimum_agreement
    confidences = np.zeros(len(evidence), np.float32)
    confidences[is_cell] = _confidences(evidence[is_cell], settings.calibration)
    return is_cell & (confidences >= settings.minimum_confidence), confidences


def group(fields: Fields, settings: GroupingSettings, *, n_threads: int = 1) -> Grouping:
    """Find the cells in the fields of a whole image; the threads do not change the result."""
    found = find_objects(fields, settings, n_threads=n_threads)
    is_kept, confidences = choose_cells(found.evidence, settings)
    new, old = np.zeros(len(is_kept), np.uint32), np.zeros(len(is_kept), np.int64)
    n_objects = number_in_order(found.labels, is_kept, new, old, 0)
    fill_holes(found.labels)
    kept = old[1 : n_objects + 1]
    return Grouping(found.labels, confidences[kept], found.evidence[kept])


def _confidences(evidence: AnyArray, calibration: Calibration | None) -> FloatArray:
    """Return the calibrated or, without a calibration, the raw confidences (N,)."""
    if calibration is None:
        return raw_confidences(evidence)
    return calibration.probabilities(evidence)


def _join_rows(pieces: AnyArray, target: AnyArray) -> AnyArray:
    """Return rows (area, agreement, foreground, contrast) of the joined objects.

    Areas add up; the other columns are means weighted by area.
    """
    areas = np.bincount(target, pieces[:, 0], len(target))
    rows = np.zeros_like(pieces)
    rows[:, 0] = areas
    for column in range(1, pieces.shape[1]):
        sums = np.bincount(target, pieces[:, 0] * pieces[:, column], len(target))
        rows[:, column] = sums / np.maximum(areas, 1)
    return rows
