"""Patches by property: whatever two planes look like."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from annotations.labels import patch as patches
from annotations.labels.patch import InvalidPatch, Patch

Plane = NDArray[np.uint32]
LABELS = st.sampled_from([0, 1, 2, 300, 2**32 - 1])


@st.composite
def pairs_of_planes(draw: st.DrawFn) -> tuple[Plane, Plane]:
    shape = draw(st.tuples(st.integers(1, 12), st.integers(1, 12)))
    plane = arrays.arrays(np.uint32, shape, elements=LABELS, fill=LABELS)
    return draw(plane), draw(plane)


@given(pairs_of_planes())
def test_the_difference_turns_one_plane_into_the_other_and_back(pair: tuple[Plane, Plane]) -> None:
    before, after = pair
    patch = patches.difference(before, after, 0, 0)
    if patch is None:
        assert np.array_equal(before, after)
        return
    plane = before.copy()

    assert patches.matches(plane, patch)
    patches.apply(plane, patch)
    assert np.array_equal(plane, after)
    assert patch.n_pixels == np.count_nonzero(before != after)

    patches.apply(plane, patch)
    assert np.array_equal(plane, after), "applying twice is harmless"

    patches.apply(plane, patches.reverse(patch))
    assert np.array_equal(plane, before)
    assert patches.reverse(patches.reverse(patch)) == patch


@given(pairs_of_planes())
def test_a_patch_survives_json(pair: tuple[Plane, Plane]) -> None:
    patch = patches.difference(*pair, 2, 3)
    if patch is not None:
        again = patches.from_json(patches.to_json(patch))
        assert again == patch
        assert hash(again) == hash(patch)


@given(pairs_of_planes())
def test_the_touched_labels_are_those_that_lose_or_gain_a_pixel(
    pair: tuple[Plane, Plane],
) -> None:
    before, after = pair
    patch = patches.difference(before, after, 0, 0)
    if patch is not None:
        changed = before != after
        expected = (set(before[changed].tolist()) | set(after[changed].tolist())) - {0}
        assert patches.touched_labels(patch) == expected


@given(pairs_of_planes(), st.integers(0, 4))
def test_every_level_of_the_pyramid_stays_a_sampling_of_the_plane(
    pair: tuple[Plane, Plane], level: int
) -> None:
    before, after = pair
    patch = patches.difference(before, after, 0, 0)
    step = 2**level
    sampled = before[::step, ::step].copy()
    if patch is not None:
        patches.apply_at_level(sampled, patch, level)
        assert np.array_equal(sampled, after[::step, ::step])


@given(pairs_of_planes(), st.integers(0, 5), st.integers(0, 5))
def test_a_crop_with_its_offset_gives_the_patch_of_the_whole_plane(
    pair: tuple[Plane, Plane], y: int, x: int
) -> None:
    before, after = pair
    margins = ((y, 1), (x, 1))
    whole = patches.difference(np.pad(before, margins), np.pad(after, margins), 0, 0)
    assert patches.difference(before, after, 0, 0, offset=(y, x)) == whole


@st.composite
def two_changes_of_one_plane(draw: st.DrawFn) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    shape = draw(st.tuples(st.integers(1, 8), st.integers(1, 8)))
    mask = arrays.arrays(np.bool_, shape)
    return draw(mask), draw(mask)


def patch_of(mask: NDArray[np.bool_], t: int = 0) -> Patch | None:
    return patches.difference(np.zeros(mask.shape, np.uint32), mask.astype(np.uint32), t, 0)


@given(two_changes_of_one_plane())
def test_two_patches_overlap_when_they_share_a_pixel(
    masks: tuple[NDArray[np.bool_], NDArray[np.bool_]],
) -> None:
    first, second = (patch_of(mask) for mask in masks)
    if first is not None and second is not None:
        assert patches.overlaps(first, second) == bool((masks[0] & masks[1]).any())


def test_patches_of_different_frames_never_overlap() -> None:
    full = np.ones((3, 3), dtype=bool)
    first, second = patch_of(full, t=0), patch_of(full, t=1)
    assert first is not None
    assert second is not None
    assert not patches.overlaps(first, second)
    assert first != second


def test_a_patch_does_not_match_a_plane_that_somebody_else_changed() -> None:
    before = np.zeros((4, 4), dtype=np.uint32)
    after = before.copy()
    after[1:3, 1:3] = 5
    patch = patches.difference(before, after, 0, 0)
    assert patch is not None
    before[2, 2] = 9
    assert not patches.matches(before, patch)


@pytest.mark.parametrize(
    ("shape", "part"),
    [
        ((1, 1, 3, 9), "outside the image of 3 x 9 pixels"),
        ((1, 1, 9, 3), "outside the image of 9 x 3 pixels"),
        ((0, 1, 9, 9), "no plane t=0, z=0"),
        ((1, 0, 9, 9), "no plane t=0, z=0"),
    ],
)
def test_a_patch_outside_the_image_is_refused(shape: tuple[int, int, int, int], part: str) -> None:
    patch = patch_of(np.ones((4, 4), dtype=bool))
    assert patch is not None
    with pytest.raises(InvalidPatch, match=part):
        patches.check_inside(patch, shape)


def test_applying_outside_the_plane_is_refused_and_changes_nothing() -> None:
    patch = patch_of(np.ones((4, 4), dtype=bool))
    assert patch is not None
    plane = np.zeros((3, 4), dtype=np.uint32)
    with pytest.raises(InvalidPatch):
        patches.apply(plane, patch)
    with pytest.raises(InvalidPatch):
        patches.apply_at_level(np.zeros((1, 1), dtype=np.uint32), patch, 1)
    assert not plane.any()


def test_a_huge_box_with_little_text_costs_nothing_to_check() -> None:
    side = 2**31 - 1
    data = {"t": 0, "z": 0, "bbox": [0, 0, side, side], "runs": "AAEAAQ=="}
    with pytest.raises(InvalidPatch, match="larger than what changes"):
        patches.from_json(data)
