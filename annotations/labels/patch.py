"""Patches: what an edit changed in one plane of a label image, with what stood there before.

A patch holds absolute values, so applying it twice is harmless, and reversing it is swapping
``before`` and ``after``. The format is canonical: one change has exactly one patch and one JSON.
Rules that `from_json` enforces:

* the bounding box ``[y0, x0, y1, x1]`` is half open and tight: its first and last rows and columns
  each hold a changed pixel;
* runs (see `annotations.labels.runs`) are maximal: two runs without a gap between them differ in
  (before, after); ``before`` and ``after`` of a run differ; there is at least one run;
* there are exactly the keys ``t``, ``z``, ``bbox`` and ``runs``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from annotations.labels import runs as run_codec
from annotations.labels.runs import InvalidPatch, Runs

__all__ = [
    "BoundingBox",
    "InvalidPatch",
    "Patch",
    "apply",
    "apply_at_level",
    "check_inside",
    "difference",
    "from_json",
    "matches",
    "overlaps",
    "reverse",
    "to_json",
    "touched_labels",
]

BoundingBox = tuple[int, int, int, int]
"""y0, x0, y1, x1 in pixels, half open."""

Plane = NDArray[np.uint32]
"""(Y, X) uint32 labels, 0 is background."""

_KEYS = {"t", "z", "bbox", "runs"}
_LARGEST_COORDINATE = 2**31 - 1
_GAP, _LENGTH, _BEFORE, _AFTER = range(4)


@dataclass(frozen=True, eq=False)
class Patch:
    """The change of one plane: frame ``t``, slice ``z``, box and runs, (N, 4) uint32."""

    t: int
    z: int
    bbox: BoundingBox
    runs: Runs

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Patch):
            return NotImplemented
        same_place = (self.t, self.z, self.bbox) == (other.t, other.z, other.bbox)
        return same_place and np.array_equal(self.runs, other.runs)

    def __hash__(self) -> int:
        return hash((self.t, self.z, self.bbox, self.runs.tobytes()))

    @property
    def n_pixels(self) -> int:
        """How many pixels change."""
        return int(self.runs[:, _LENGTH].sum(dtype=np.int64))


def to_json(patch: Patch) -> dict[str, Any]:
    """The JSON object of a patch: ``{"t", "z", "bbox", "runs"}``."""
    return {
        "t": patch.t,
        "z": patch.z,
        "bbox": list(patch.bbox),
        "runs": run_codec.encode(patch.runs),
    }


def from_json(data: object) -> Patch:
    """Read and check a patch; raises `InvalidPatch` with one sentence when a rule is broken.

    The cost is bounded by the length of the text, never by the size of the box. Whether the box
    lies inside a certain label image is asked separately, by `check_inside`.
    """
    if not isinstance(data, Mapping) or set(data) != _KEYS:
        raise InvalidPatch("A patch must be an object with exactly t, z, bbox and runs.")
    if not isinstance(data["runs"], str):
        raise InvalidPatch("The runs of a patch must be base64 text.")
    t = _whole_number(data["t"], "t")
    z = _whole_number(data["z"], "z")
    bbox = _bounding_box(data["bbox"])
    runs = run_codec.decode(data["runs"])
    _check_runs(runs, bbox)
    return Patch(t, z, bbox, runs)


def check_inside(patch: Patch, shape: tuple[int, int, int, int]) -> None:
    """Raise `InvalidPatch` unless the patch lies inside a label image of ``shape`` (T, Z, Y, X)."""
    n_frames, n_slices, height, width = shape
    _, _, y1, x1 = patch.bbox
    if patch.t >= n_frames or patch.z >= n_slices:
        raise InvalidPatch(f"The image has no plane t={patch.t}, z={patch.z}.")
    if y1 > height or x1 > width:
        raise InvalidPatch(f"The patch reaches outside the image of {height} x {width} pixels.")


def difference(
    before: Plane, after: Plane, t: int, z: int, offset: tuple[int, int] = (0, 0)
) -> Patch | None:
    """The patch that turns ``before`` into ``after``, or None when they are equal.

    Both are (Y, X) label planes or equal crops of them; ``offset`` (y, x) is where the crop lies
    in the plane.
    """
    changed = before != after
    rows = np.flatnonzero(changed.any(axis=1))
    if rows.size == 0:
        return None
    columns = np.flatnonzero(changed.any(axis=0))
    box = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    bbox = (
        int(rows[0]) + offset[0],
        int(columns[0]) + offset[1],
        int(rows[-1]) + 1 + offset[0],
        int(columns[-1]) + 1 + offset[1],
    )
    inside = changed[box]
    runs = _runs_of(np.flatnonzero(inside), before[box][inside], after[box][inside])
    return Patch(t, z, bbox, runs)


def apply(plane: Plane, patch: Patch) -> None:
    """Write the ``after`` labels of the patch into ``plane``, (Y, X) uint32, in place.

    What stands there is not looked at; ask `matches` first where that matters.
    """
    _check_plane(plane, patch)
    np.copyto(_box_of(plane, patch), _drawn(patch, _AFTER), where=_changed_mask(patch))


def matches(plane: Plane, patch: Patch) -> bool:
    """Whether ``plane``, (Y, X), holds the ``before`` label at every pixel of the patch."""
    _check_plane(plane, patch)
    differs = _box_of(plane, patch) != _drawn(patch, _BEFORE)
    differs &= _changed_mask(patch)
    return not differs.any()


def apply_at_level(plane: Plane, patch: Patch, level: int) -> None:
    """Apply the patch to the plane of pyramid ``level``, which is ``labels[::2**l, ::2**l]``.

    Only pixels whose y and x are both multiples of 2**level exist there. In place.
    """
    step = 1 << level
    y0, x0, y1, x1 = patch.bbox
    first_y, first_x = -(-y0 // step), -(-x0 // step)
    box = plane[first_y : -(-y1 // step), first_x : -(-x1 // step)]
    kept = np.s_[first_y * step - y0 :: step, first_x * step - x0 :: step]
    changed, values = _changed_mask(patch), _drawn(patch, _AFTER)
    if box.shape != changed[kept].shape:
        raise InvalidPatch(f"The patch reaches outside the plane of level {level}.")
    box[changed[kept]] = values[kept][changed[kept]]


def reverse(patch: Patch) -> Patch:
    """The patch that takes this one back: before and after swapped."""
    swapped = patch.runs[:, [_GAP, _LENGTH, _AFTER, _BEFORE]]
    return Patch(patch.t, patch.z, patch.bbox, np.ascontiguousarray(swapped))


def touched_labels(patch: Patch) -> frozenset[int]:
    """Every label that loses or gains a pixel; the background is not an object and left out."""
    labels = np.unique(patch.runs[:, [_BEFORE, _AFTER]])
    return frozenset(int(label) for label in labels if label != 0)


def overlaps(first: Patch, second: Patch) -> bool:
    """Whether the two patches change a common pixel."""
    if (first.t, first.z) != (second.t, second.z):
        return False
    y0, x0 = (max(first.bbox[i], second.bbox[i]) for i in (0, 1))
    y1, x1 = (min(first.bbox[i], second.bbox[i]) for i in (2, 3))
    if y0 >= y1 or x0 >= x1:
        return False
    common = [
        _changed_mask(patch)[
            y0 - patch.bbox[0] : y1 - patch.bbox[0], x0 - patch.bbox[1] : x1 - patch.bbox[1]
        ]
        for patch in (first, second)
    ]
    return bool((common[0] & common[1]).any())


def _runs_of(positions: NDArray[np.int64], old: Plane, new: Plane) -> Runs:
    """Maximal runs of changed pixels at increasing ``positions`` of the flattened box."""
    is_start = np.ones(positions.size, dtype=bool)
    is_start[1:] = (np.diff(positions) != 1) | (old[1:] != old[:-1]) | (new[1:] != new[:-1])
    starts = np.flatnonzero(is_start)
    lengths = np.diff(np.append(starts, positions.size))
    first = positions[starts]
    ends = first + lengths
    gaps = first - np.concatenate(([0], ends[:-1]))
    return np.stack([gaps, lengths, old[starts], new[starts]], axis=1).astype(np.uint32)


def _changed_mask(patch: Patch) -> NDArray[np.bool_]:
    """(Y, X) bool of the box: which pixels the patch changes."""
    return _laid_out(patch, np.ones(len(patch.runs), dtype=bool))


def _drawn(patch: Patch, column: int) -> Plane:
    """(Y, X) uint32 of the box: ``column`` of the run that changes a pixel, else 0."""
    return _laid_out(patch, patch.runs[:, column])


def _laid_out(patch: Patch, of_runs: NDArray[Any]) -> NDArray[Any]:
    """(Y, X) of the box: one value of ``of_runs`` on the pixels of each run, else 0."""
    y0, x0, y1, x1 = patch.bbox
    counts = patch.runs[:, [_GAP, _LENGTH]].astype(np.int64).ravel()
    rest = (y1 - y0) * (x1 - x0) - int(counts.sum())
    values = np.zeros(2 * len(patch.runs) + 1, dtype=of_runs.dtype)
    values[1::2] = of_runs
    return np.repeat(values, np.append(counts, rest)).reshape(y1 - y0, x1 - x0)


def _box_of(plane: Plane, patch: Patch) -> Plane:
    y0, x0, y1, x1 = patch.bbox
    return plane[y0:y1, x0:x1]


def _check_plane(plane: Plane, patch: Patch) -> None:
    height, width = plane.shape
    check_inside(patch, (patch.t + 1, patch.z + 1, height, width))


def _whole_number(value: object, name: str) -> int:
    # bool is an int in Python, but true is not a number in JSON.
    if not isinstance(value, int) or isinstance(value, bool):
        raise InvalidPatch(f"{name} of a patch must be a whole number.")
    if not 0 <= value <= _LARGEST_COORDINATE:
        raise InvalidPatch(f"{name} of a patch is out of range.")
    return value


def _bounding_box(value: object) -> BoundingBox:
    if not isinstance(value, list) or len(value) != 4:
        raise InvalidPatch("The bbox of a patch must be four whole numbers y0, x0, y1, x1.")
    bbox = cast(BoundingBox, tuple(_whole_number(item, "The bbox") for item in value))
    y0, x0, y1, x1 = bbox
    if y0 >= y1 or x0 >= x1:
        raise InvalidPatch("The bbox of a patch must not be empty.")
    return bbox


def _check_runs(runs: Runs, bbox: BoundingBox) -> None:
    if len(runs) == 0:
        raise InvalidPatch("A patch must change at least one pixel.")
    gaps, lengths, before, after = (runs[:, column].astype(np.int64) for column in range(4))
    if (lengths == 0).any():
        raise InvalidPatch("A run of the patch is empty.")
    if (before == after).any():
        raise InvalidPatch("A run of the patch changes nothing.")
    continues = (gaps[1:] == 0) & (before[1:] == before[:-1]) & (after[1:] == after[:-1])
    if continues.any():
        raise InvalidPatch("Two runs of the patch should have been one.")
    ends = np.cumsum(gaps + lengths)
    y0, x0, y1, x1 = bbox
    height, width = y1 - y0, x1 - x0
    if int(ends[-1]) > height * width:
        raise InvalidPatch("The runs of the patch go past the end of its bbox.")
    if not _is_tight(ends - lengths, ends, height, width):
        raise InvalidPatch("The bbox of the patch is larger than what changes.")


def _is_tight(starts: NDArray[np.int64], ends: NDArray[np.int64], height: int, width: int) -> bool:
    """Whether runs [start, end) of a flattened box reach all four of its sides."""
    reaches_top = starts[0] < width
    reaches_bottom = ends[-1] > (height - 1) * width
    first_column, last_column = starts % width, (ends - 1) % width
    spans_rows = starts // width != (ends - 1) // width
    reaches_left = ((first_column == 0) | spans_rows).any()
    reaches_right = ((last_column == width - 1) | spans_rows).any()
    return bool(reaches_top and reaches_bottom and reaches_left and reaches_right)
