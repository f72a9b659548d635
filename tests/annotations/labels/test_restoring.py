"""Taking edits back leads to exactly what was there, whatever was painted since."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from annotations.labels import patch as patches
from annotations.labels.marks import CellMark, Facts, Region, RegionMark
from annotations.labels.patch import Patch
from annotations.labels.restoring import Touched, marks_between, patches_between, take_back

SHAPE = (2, 1, 40, 50)
STROKE = st.tuples(st.integers(0, 1), st.integers(0, 3), st.integers(0, 38), st.integers(0, 48))


@given(st.lists(STROKE, min_size=1, max_size=12), st.integers(0, 12))
def test_any_version_is_reached_by_one_edit(
    strokes: list[tuple[int, int, int, int]], version: int
) -> None:
    labels = np.zeros(SHAPE, np.uint32)
    states, log = [labels.copy()], []
    for t, label, y, x in strokes:
        before = labels[t, 0].copy()
        labels[t, 0, y : y + 9, x : x + 7] = label
        patch = patches.difference(before, labels[t, 0], t, 0)
        if patch is not None:
            log.append([patch])
            states.append(labels.copy())
    target = min(version, len(log))
    then, touched = labels.copy(), Touched()
    for edit in reversed(log[target:]):
        take_back(then, edit)
        for patch in edit:
            touched.add(patch)
    assert np.array_equal(then, states[target])
    for patch in patches_between(labels, then, touched.blocks(256)):
        assert patches.matches(labels[patch.t, patch.z], patch)
        patches.apply(labels[patch.t, patch.z], patch)
    assert np.array_equal(labels, states[target])


def test_the_blocks_are_at_most_as_many_as_an_edit_may_have_patches() -> None:
    touched = Touched()
    runs = np.array([[0, 1, 0, 1]], np.uint32)
    for place in range(400):
        y, x = 512 * (place // 20), 512 * (place % 20)
        touched.add(Patch(0, 0, (y, x, y + 1, x + 1), runs))
    assert len(touched.blocks(1000)) == 400
    blocks = touched.blocks(256)
    assert len(blocks) == 100
    assert blocks[0] == ((0, 0), (0, 0, 513, 513))


def test_what_was_said_comes_back_with_one_mark_for_cells_that_say_the_same() -> None:
    then, now = Facts(), Facts()
    triangle = Region(0, 0, ((0.0, 0.0), (0.0, 9.0), (9.0, 0.0)))
    then.apply(RegionMark("a", None, triangle))
    now.apply(CellMark(tuple(range(1, 1001)), {"is_ambiguous": False}, {"is_ambiguous": True}))
    now.apply(CellMark((7,), {"class": None}, {"class": "c"}))
    marks = marks_between(now, then)
    assert [len(mark.labels) for mark in marks if isinstance(mark, CellMark)] == [999, 1]
    for mark in marks:
        assert now.stand_as_before(mark)
        now.apply(mark)
    assert marks_between(now, then) == []
