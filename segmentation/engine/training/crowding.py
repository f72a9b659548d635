"""Push cells together: where nuclei touch and overlap is what a network learns last.

Images hold many lone cells and few clumps. Cells of a second crop are set against cells of the
first, a little over each other, so that every crop can hold pairs whose border is only a dent or
a faint line (after the copy and paste of Ghiasi et al., CVPR 2021).
"""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from segmentation.engine.arrays import AnyArray, FloatArray
from segmentation.engine.training.crops import Crop, mark_boundaries

MAXIMUM_PASTED = 14
MAXIMUM_COVERED = 0.3
"""No cell loses more than this share of its area, so its centre stays its own."""
MARGIN_PX = 2

Rng = np.random.Generator


def crowd(crop: Crop, donor: Crop, rng: Rng) -> Crop:
    """Return `crop` with cells of `donor` (same size) pasted against its cells."""
    hosts = _whole_cells(crop.cells)
    guests = _whole_cells(donor.cells)
    if not hosts or not guests:
        return crop
    planes, targets, cells = crop.planes.copy(), crop.targets.copy(), crop.cells.copy()
    background = np.percentile(donor.planes, 10, axis=(1, 2)).astype(np.float32)
    is_additive = rng.random() < 0.5
    for _ in range(int(rng.integers(2, MAXIMUM_PASTED + 1))):
        number, box = guests[rng.integers(len(guests))]
        place = _beside(hosts[rng.integers(len(hosts))][1], box, rng)
        cut, spot = _clipped(box, place, cells.shape)
        if cut is None or spot is None:
            continue
        mask = donor.cells[cut] == number
        free = _free_pixels(mask, cells[spot], cells, is_in_front=rng.random() < 0.5)
        if free is None:
            continue
        light = donor.planes[(slice(None), *cut)] - background[:, None, None]
        light = light * np.float32(rng.uniform(0.6, 1.3))
        soft = ndimage.uniform_filter(mask.astype(np.float32), 3)
        _add_light(planes[(slice(None), *spot)], light, soft, is_additive=is_additive)
        targets[:, spot[0], spot[1]][:, free] = donor.targets[:, cut[0], cut[1]][:, free]
        new = int(cells.max()) + 1
        cells[spot][free] = new
        hosts.append((new, (spot[0].start, spot[1].start, spot[0].stop, spot[1].stop)))
    targets[3] = 0
    mark_boundaries(cells, targets[3])
    return Crop(np.clip(planes, 0, 1), targets, cells)


Box = tuple[int, int, int, int]
Slices = tuple[slice, slice]


def _whole_cells(cells: AnyArray) -> list[tuple[int, Box]]:
    """Return the numbers and boxes of the cells that neither the crop nor the image cuts."""
    found = []
    for i, box in enumerate(ndimage.find_objects(np.maximum(cells, 0))):
        if box is None:
            continue
        y, x = box
        is_inside = (
            min(y.start, x.start) > 0 and y.stop < cells.shape[0] and x.stop < cells.shape[1]
        )
        around = cells[y.start - 1 : y.stop + 1, x.start - 1 : x.stop + 1]
        if is_inside and (around >= 0).all():
            found.append((i + 1, (y.start, x.start, y.stop, x.stop)))
    return found


def _beside(host: Box, guest: Box, rng: Rng) -> tuple[int, int]:
    """Return the corner (y, x) that sets the guest against the host in a random direction."""
    angle = rng.uniform(0, 2 * np.pi)
    nearness = rng.uniform(0.75, 1.05)
    corner: list[int] = []
    for axis, direction in ((0, np.sin(angle)), (1, np.cos(angle))):
        middle = (host[axis] + host[axis + 2]) / 2
        host_side, guest_side = host[axis + 2] - host[axis], guest[axis + 2] - guest[axis]
        reach = nearness * (host_side + guest_side) / 2
        corner.append(round(middle + reach * direction - guest_side / 2))
    return corner[0], corner[1]


def _clipped(
    box: Box, place: tuple[int, int], shape: tuple[int, ...]
) -> tuple[Slices | None, Slices | None]:
    """Return the donor's and the crop's slices of a box with its margin, None beyond the rim."""
    cut, spot = [], []
    for axis in (0, 1):
        start, stop = box[axis] - MARGIN_PX, box[axis + 2] + MARGIN_PX
        target = place[axis] - MARGIN_PX
        if start < 0 or stop > shape[axis] or target < 0:
            return None, None
        if target + stop - start > shape[axis]:
            return None, None
        cut.append(slice(start, stop))
        spot.append(slice(target, target + stop - start))
    return (cut[0], cut[1]), (spot[0], spot[1])


def _free_pixels(
    mask: AnyArray, below: AnyArray, cells: AnyArray, *, is_in_front: bool
) -> AnyArray | None:
    """Return the pixels that become the guest's, None when it or a host would lose too much."""
    under = below[mask]
    if (under < 0).any():
        return None
    if not is_in_front:
        free: AnyArray = mask & (below == 0)
        return free if free.sum() >= (1 - MAXIMUM_COVERED) * mask.sum() else None
    numbers, covered = np.unique(under[under > 0], return_counts=True)
    for number, n_covered in zip(numbers, covered, strict=True):
        if n_covered > MAXIMUM_COVERED * (cells == number).sum():
            return None
    return mask


def _add_light(
    planes: FloatArray, light: FloatArray, soft: FloatArray, *, is_additive: bool
) -> None:
    """Add the light of a cell to the planes in place, or let the brighter one win."""
    if is_additive:
        planes += soft * np.maximum(light, 0)
    else:
        base = planes.min(axis=(1, 2), keepdims=True)
        np.maximum(planes, base + soft * light, out=planes)
