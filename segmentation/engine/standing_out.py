"""Does what was found stand out from its surroundings, or is the field empty?

A network that is shown noise, uneven light or the blocks of a compressed file may see cells in
it. So a sample of what it found is looked at in the pixels themselves. If hardly anything differs
from what surrounds it, the image is taken for empty; single cells are never dropped here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from segmentation.engine.arrays import AnyArray, BoolArray, FloatArray, LabelArray
from segmentation.engine.spool import sampled

EMPTY = "Nothing stands out from noise and uneven light, so no cells were kept."
MINIMUM_Z = 6.0
"""How many standard errors the mean inside differs from the mean around. 7.3 is the lowest median
of 120 real images, but for DIC; noise alone stays below 5.8."""
MINIMUM_SPREAD = 1.7
"""Cells in DIC are as bright as what surrounds them, but far more textured: 19 times."""
LARGE_SHARE, MINIMUM_EFFECT = 0.35, 1.5
"""Objects of this part of the image's side must differ by more than the spread of the pixels."""
POINT_DIAMETER, POINT_SHARE, FEW = 10.0, 0.35, 5
"""A few specks of dust are peaks: few of their pixels reach half of the height; of cells half."""
EVEN_LIGHT, BLOCKY_LIGHT = 0.97, 0.75
"""From this share on smooth light is taken away: what is left of it decides."""
SEEN_SHARE = 0.02
"""Less than this share of the range of the light is no contrast that the network could see."""
BLOCK = 8
BLOCKY_RATIO, MINIMUM_STEPS = 4.0, 2.5
"""Where steps lie on the grid of JPEG, cells must be higher than those steps."""
N_WINDOWS, WINDOW_SIDE, LOOKED_AT_DIAMETER = 9, 512, 48.0
N_OBJECTS = 100
STANDING_SHARE = 0.2
MINIMUM_PIXELS = 5
_DEGREE, _GRID = 4, 32


@dataclass(frozen=True)
class Place:
    """A part of the image, made smaller where cells are large: one channel and its labels.

    `unit`: half of what tells two values apart. `side`: the shorter one of the image.
    """

    plane: FloatArray
    labels: AnyArray
    step: int
    unit: float
    side: int
    has_few: bool
    block_step: float


def stands_out(
    planes: AnyArray, channels: Sequence[int], labels: LabelArray, diameter_px: float
) -> bool:
    """Say whether a fifth of the objects of labels (Y, X) differs from what surrounds it.

    In any of the channels of planes (C, Y, X). Objects that cannot be judged count as differing.
    """
    return any(
        np.mean(judged) >= STANDING_SHARE
        if (judged := _judge(planes[c], labels, diameter_px))
        else True
        for c in dict.fromkeys(channels)
    )


def _judge(plane: AnyArray, labels: LabelArray, diameter_px: float) -> list[bool]:
    """Say of a sample of objects whether each differs from what surrounds it in one plane."""
    places = list(_places(plane, labels, diameter_px))
    n_each = max(1, N_OBJECTS // max(1, len(places)))
    return [judged for place in places for judged in _judge_place(place, n_each)]


def _places(plane: AnyArray, labels: LabelArray, diameter_px: float) -> Iterator[Place]:
    """Cut windows around labeled pixels that are spread over the image."""
    step = max(1, int(diameter_px / LOOKED_AT_DIAMETER))
    stride = max(1, -(-max(labels.shape) // 256))
    coarse = sampled(labels, stride)
    ys, xs = np.nonzero(coarse)
    chosen = np.unique(np.linspace(0, max(0, len(ys) - 1), N_WINDOWS).astype(int))
    side = WINDOW_SIDE * step
    corners = {
        tuple(
            int(np.clip(stride * at[i] - side // 2, 0, max(0, n - side))) // BLOCK * BLOCK
            for at, n in ((ys, labels.shape[0]), (xs, labels.shape[1]))
        )
        for i in (chosen if len(ys) else [])
    }
    has_few = int(coarse.max(initial=0)) <= FEW
    unit = 0.5 if plane.dtype.kind in "bui" else 1e-6
    for y, x in sorted(corners):
        window = (slice(y, y + side, step), slice(x, x + side, step))
        part = np.nan_to_num(plane[window].astype(np.float32))
        grid = _block_step(np.asarray(plane[y : y + WINDOW_SIDE, x : x + WINDOW_SIDE]))
        here = np.asarray(labels[window])
        yield Place(part, here, step, unit, min(labels.shape), has_few, grid)


def _judge_place(place: Place, n_objects: int) -> list[bool]:
    """Judge up to so many objects of one place."""
    light = _uneven_light(place.plane, BLOCKY_LIGHT if place.block_step else EVEN_LIGHT)
    even = place.plane - light
    least = max(MINIMUM_STEPS * place.block_step, SEEN_SHARE * float(np.ptp(light)))
    numbers, local = np.unique(place.labels, return_inverse=True)
    local = local.reshape(place.labels.shape) + int(numbers[0] > 0)
    boxes = ndimage.find_objects(local)
    verdicts = []
    for number in np.unique(np.linspace(1, len(boxes), n_objects).astype(int)) if boxes else []:
        around = _with_margin(boxes[number - 1], local[boxes[number - 1]] == number)
        inside, ring = _inside_and_ring(local[around], number)
        if min(inside.sum(), ring.sum()) >= MINIMUM_PIXELS:
            cut = even[around].astype(np.float64)
            verdicts.append(_differs(cut[inside], cut[ring], place, least))
        elif _diameter(inside, place) > LARGE_SHARE * place.side:
            verdicts.append(False)  # it fills the image, as uneven light does
    return verdicts


def _differs(inside: AnyArray, ring: AnyArray, place: Place, least: float) -> bool:
    """Say whether the pixels inside (N,) differ from those around (M,)."""
    difference = float(inside.mean() - ring.mean())
    diameter = _diameter(np.isfinite(inside), place)
    is_point = place.has_few and diameter < POINT_DIAMETER
    if is_point and _share_above_half(inside, ring) < POINT_SHARE:
        return False
    if abs(difference) < least:
        return False
    if _is_more_textured(inside, ring, place.unit):
        return True
    n = inside.size + ring.size
    deviation = np.sqrt((inside.var() * inside.size + ring.var() * ring.size) / n) + 1e-12
    effect = abs(difference) / deviation
    is_large = diameter > LARGE_SHARE * place.side
    z = effect / np.sqrt(1 / inside.size + 1 / ring.size)
    return bool(z >= MINIMUM_Z and (effect >= MINIMUM_EFFECT or not is_large))


def _is_more_textured(inside: AnyArray, ring: AnyArray, unit: float) -> bool:
    """Say whether pixels inside (N,) spread more than those around (M,), by both measures.

    One measure is proof against outliers, the other against values of few levels.
    """
    return all(
        spread(inside) + unit > MINIMUM_SPREAD * (spread(ring) + unit)
        for spread in (_median_deviation, np.std)
    )


def _diameter(inside: AnyArray, place: Place) -> float:
    """Return the diameter in pixels of the image of the disc with as many pixels."""
    return float(2 * np.sqrt(np.count_nonzero(inside) / np.pi) * place.step)


def _with_margin(box: tuple[slice, slice], mask: BoolArray) -> tuple[slice, slice]:
    """Return the box of a mask with the room for a ring around it."""
    width = _ring_width(mask)
    rows, columns = (slice(max(0, one.start - width), one.stop + width) for one in box)
    return rows, columns


def _inside_and_ring(labels: AnyArray, number: int) -> tuple[BoolArray, BoolArray]:
    """Return the pixels of an object and those around it, of no object where there are any."""
    inside = labels == number
    distance = ndimage.distance_transform_edt(~inside)
    near: BoolArray = (distance > 1) & (distance <= _ring_width(inside))
    free = near & (labels == 0)
    return inside, free if free.sum() >= MINIMUM_PIXELS else near


def _ring_width(inside: BoolArray) -> int:
    """Return a third of the diameter of an object, at least 3 px."""
    return max(3, int(2 * np.sqrt(inside.sum() / np.pi) / 3))


def _share_above_half(inside: AnyArray, ring: AnyArray) -> float:
    """Return the share of an object's pixels that reach half of its highest contrast."""
    sign = 1 if inside.mean() >= ring.mean() else -1
    contrast = sign * (inside - np.median(ring))
    return float(np.mean(contrast > contrast.max() / 2))


def _median_deviation(pixels: AnyArray) -> float:
    """Return the spread of pixels (N,) that no outlier changes, as of a normal distribution."""
    return float(1.4826 * np.median(np.abs(pixels - np.median(pixels))))


def _uneven_light(plane: FloatArray, share: float) -> FloatArray:
    """Return the smooth light of a plane (Y, X) where that makes up this share of it, else 0.

    The smooth light is the polynomial of fourth degree that fits best. A cell that fills the
    image is explained to nine tenths, uneven light almost wholly.
    """
    rows, columns = (np.linspace(-1, 1, n) for n in plane.shape)
    steps = [max(1, n // _GRID) for n in plane.shape]
    coarse = ndimage.uniform_filter(plane, steps)[:: steps[0], :: steps[1]]
    some = np.polynomial.legendre.legvander2d(
        *np.meshgrid(rows[:: steps[0]], columns[:: steps[1]], indexing="ij"), [_DEGREE, _DEGREE]
    )
    is_used = np.add.outer(np.arange(_DEGREE + 1), np.arange(_DEGREE + 1)) <= _DEGREE
    used = some[..., is_used.ravel()].reshape(coarse.size, -1)
    found = np.linalg.lstsq(used, coarse.ravel())[0]
    factors = np.zeros(is_used.shape)
    factors[is_used] = found
    left = coarse.ravel() - used @ found
    if left.var() > (1 - share) * coarse.var():
        return np.zeros_like(plane)
    smooth: FloatArray = np.polynomial.legendre.leggrid2d(rows, columns, factors)
    return smooth.astype(np.float32)


def _block_step(plane: AnyArray) -> float:
    """Return a small step between blocks of 8 pixels, 0 when steps lie anywhere."""
    on_grid, elsewhere = [], []
    for axis in (0, 1):
        steps = np.moveaxis(np.abs(np.diff(plane.astype(np.float32), axis=axis)), axis, 0)
        is_on_grid = np.arange(len(steps)) % BLOCK == BLOCK - 1
        on_grid.append(steps[is_on_grid].ravel())
        elsewhere.append(steps[~is_on_grid].ravel())
    on, off = np.concatenate(on_grid), np.concatenate(elsewhere)
    if not on.size or on.mean() <= BLOCKY_RATIO * off.mean():
        return 0.0
    return float(np.percentile(on[on > 0], 25))
