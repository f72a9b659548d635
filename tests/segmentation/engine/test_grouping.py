"""From perfect fields come the cells that they were made of."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from segmentation.engine.arrays import AnyArray
from segmentation.engine.following import FLOW_UNIT, follow_flows
from segmentation.engine.grouping import (
    Fields,
    GroupingSettings,
    fill_holes,
    group,
)
from segmentation.engine.metrics import score
from segmentation.engine.training.targets import flows_of
from tests.segmentation.engine.conftest import draw_discs

SETTINGS = GroupingSettings()


def perfect_fields(labels: AnyArray) -> Fields:
    """Return what a network that makes no error would say."""
    signed = labels.astype(np.int32)
    edges = (ndimage.minimum_filter(signed, 3) != ndimage.maximum_filter(signed, 3)) & (signed > 0)
    return Fields(
        np.round(flows_of(signed) * FLOW_UNIT).astype(np.int8),
        np.where(signed > 0, 255, 0).astype(np.uint8),
        np.where(edges, 255, 0).astype(np.uint8),
        np.zeros(labels.shape, np.uint8),
    )


def test_discs_come_back_and_are_numbered_in_raster_order(
    discs: tuple[AnyArray, AnyArray],
) -> None:
    grouping = group(perfect_fields(discs[1]), SETTINGS)
    assert score(grouping.labels, discs[1], (0.9,))[0].average_precision == 1
    _, first = np.unique(grouping.labels[grouping.labels > 0], return_index=True)
    assert np.all(np.diff(first) > 0)
    assert grouping.labels.max() == 9
    assert grouping.confidences.shape == (9,)
    assert np.all((grouping.confidences > 0.5) & (grouping.confidences <= 1))


def test_touching_cells_stay_apart() -> None:
    _, labels = draw_discs((60, 80), [(30, 25), (30, 46)], 11)
    grouping = group(perfect_fields(labels), SETTINGS)
    assert score(grouping.labels, labels, (0.9,))[0].average_precision == 1


@pytest.mark.parametrize("bend", [0.0, 0.012])
def test_a_long_filament_stays_one_cell(bend: float) -> None:
    labels = np.zeros((120, 220), np.uint32)
    for x in range(10, 210):
        y = int(60 + bend * 0.3 * (x - 110) ** 2)
        labels[max(0, y - 4) : y + 5, x] = 1
    grouping = group(perfect_fields(labels), SETTINGS)
    assert score(grouping.labels, labels, (0.9,))[0].average_precision == 1


@given(st.integers(0, 2**32 - 1), st.integers(1, 24), st.integers(1, 24))
@settings(max_examples=40, deadline=None)
def test_any_fields_give_consecutive_labels_with_a_confidence_each(
    seed: int, height: int, width: int
) -> None:
    rng = np.random.default_rng(seed)
    fields = Fields(
        rng.integers(-127, 128, (2, height, width)).astype(np.int8),
        *rng.integers(0, 256, (3, height, width)).astype(np.uint8),
    )
    grouping = group(fields, GroupingSettings(minimum_agreement=-1, minimum_area_px=1))
    present = np.unique(grouping.labels[grouping.labels > 0])
    assert np.array_equal(present, np.arange(1, len(present) + 1))
    assert len(grouping.confidences) == len(present)


def test_the_order_of_turning_and_grouping_does_not_matter(
    discs: tuple[AnyArray, AnyArray],
) -> None:
    labels = discs[1]
    upright = group(perfect_fields(labels), SETTINGS).labels
    turned = group(perfect_fields(np.rot90(labels).copy()), SETTINGS).labels
    scored = score(np.rot90(upright).copy(), turned, (0.9,))[0]
    assert scored.average_precision == 1


def test_inconsistent_flows_are_no_cell(discs: tuple[AnyArray, AnyArray]) -> None:
    fields = perfect_fields(discs[1])
    noise = np.random.default_rng(1).integers(-100, 101, fields.flows.shape).astype(np.int8)
    grouping = group(replace(fields, flows=noise), SETTINGS)
    assert np.count_nonzero(grouping.labels) < 0.4 * np.count_nonzero(discs[1])


def brute_fill(labels: AnyArray) -> AnyArray:
    """Fill by labeling the background with scipy."""
    filled = labels.copy()
    holes, n_holes = ndimage.label(labels == 0)
    for hole in range(1, n_holes + 1):
        inside = holes == hole
        rim = ndimage.binary_dilation(inside) & ~inside
        on_border = inside[0].any() or inside[-1].any() or inside[:, 0].any() or inside[:, -1].any()
        around = np.unique(labels[rim])
        if not on_border and len(around) == 1:
            filled[inside] = around[0]
    return filled


@given(st.integers(0, 2**32 - 1), st.integers(1, 14), st.integers(1, 14), st.integers(1, 3))
@settings(max_examples=150, deadline=None)
def test_holes_of_one_object_are_filled_and_no_others(
    seed: int, height: int, width: int, n_labels: int
) -> None:
    rng = np.random.default_rng(seed)
    labels = rng.integers(1, n_labels + 1, (height, width)) * (rng.random((height, width)) < 0.7)
    labels = labels.astype(np.uint32)
    expected = brute_fill(labels)
    fill_holes(labels)
    assert np.array_equal(labels, expected)


@settings(deadline=None, max_examples=10)
@given(st.integers(0, 2**32 - 1), st.integers(2, 5))
def test_the_number_of_threads_changes_no_pixel(seed: int, n_threads: int) -> None:
    rng = np.random.default_rng(seed)
    flows = rng.integers(-127, 128, (2, 400, 90)).astype(np.int8)
    foreground = rng.integers(0, 256, (400, 90)).astype(np.uint8)
    alone = follow_flows(flows, foreground, 100)
    assert np.array_equal(alone, follow_flows(flows, foreground, 100, n_threads=n_threads))
    assert np.array_equal(alone > 0, foreground >= 100)
