"""The table of objects says what is where."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from annotations.labels.objects import objects_of, objects_of_plane
from annotations.labels.row_runs import row_runs


@given(
    arrays.arrays(
        np.uint32,
        st.tuples(st.integers(1, 2), st.integers(1, 3), st.integers(1, 9), st.integers(1, 9)),
        elements=st.sampled_from([0, 0, 1, 5, 2**32 - 1]),
    )
)
def test_every_object_of_every_plane_is_listed_once(labels: NDArray[np.uint32]) -> None:
    expected = []
    for t, z in np.ndindex(labels.shape[:2]):
        for label in np.unique(labels[t, z]):
            if label:
                y, x = np.nonzero(labels[t, z] == label)
                box = (y.min(), x.min(), y.max() + 1, x.max() + 1)
                expected.append((label, t, z, *box, y.size, y.mean(), x.mean()))
    found = objects_of(labels)
    assert len(found) == len(expected)
    for row, wanted in zip(found, expected, strict=True):
        assert np.allclose(np.array(row.item()), np.array(wanted, dtype=float))


def test_a_label_in_two_pieces_is_one_object() -> None:
    plane = np.zeros((5, 9), dtype=np.uint32)
    plane[0, 0] = plane[4, 8] = 3
    (only,) = objects_of_plane(plane, t=2, z=1)
    assert only["label"] == 3
    assert (only["t"], only["z"]) == (2, 1)
    assert (only["y0"], only["x0"], only["y1"], only["x1"]) == (0, 0, 5, 9)
    assert only["area_px"] == 2


def test_an_empty_label_image_has_no_objects() -> None:
    assert len(objects_of(np.zeros((1, 2, 4, 4), dtype=np.uint32))) == 0
    assert len(objects_of([])) == 0


def test_a_large_plane_is_read_band_by_band_with_the_same_runs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plane = np.random.default_rng(3).integers(0, 4, (23, 17)).astype(np.uint32)
    whole = row_runs(plane)
    monkeypatch.setattr("annotations.labels.row_runs.PIXELS_A_BAND", 40)
    banded = row_runs(plane)
    for name in ("labels", "index", "y", "x0", "x1"):
        assert np.array_equal(getattr(banded, name), getattr(whole, name))
    assert row_runs(np.zeros((0, 5), np.uint32)).n_objects == 0
